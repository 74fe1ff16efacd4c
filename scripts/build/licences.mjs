import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** What may be bundled and passed on under these names with no more than its notice. */
const ALLOWED = ['MIT', 'ISC', 'BSD-2-Clause', 'BSD-3-Clause', 'Apache-2.0', 'BlueOak-1.0.0', '0BSD'];

/** The licences of the packages that bundled files belong to. Throws where one is missing or is not among those allowed. */
export function licences(files) {
  const folders = new Set(files.flatMap((path) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? []));
  const notices = [...folders].map(notice).sort();
  return `meshlint contains the following software.\n\n${notices.join('\n\n')}\n`;
}

function notice(folder) {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  if (!ALLOWED.includes(license))
    throw new Error(`${name} ${version} must not be bundled: its licence is "${license}"`);
  const text = readdirSync(folder).find((file) => /^(licen[cs]e|copying)\b/i.test(file));
  if (!text) throw new Error(`${name} ${version} comes without the text of its licence`);
  const extra = existsSync(join(folder, 'NOTICE')) ? `\n\n${readFileSync(join(folder, 'NOTICE'), 'utf8').trim()}` : '';
  const title = `${name} ${version} (${license})`;
  return `${title}\n${'-'.repeat(title.length)}\n\n${readFileSync(join(folder, text), 'utf8').trim()}${extra}`;
}
