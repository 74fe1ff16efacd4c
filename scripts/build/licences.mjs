import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** What may be bundled and passed on under these names with no more than its notice. */
const ALLOWED = ['MIT', 'ISC', 'BSD-2-Clause', 'BSD-3-Clause', 'Apache-2.0', 'BlueOak-1.0.0', '0BSD'];

/** Where the schemas in schemas/ and the tables made of them come from; all under the licence that meshlint has itself. */
const SCHEMAS = [
  ['Istio', 'https://github.com/istio/api', 'Copyright Istio Authors'],
  ['Envoy', 'https://github.com/envoyproxy/envoy', 'Copyright Envoy Project Authors'],
  ['Kubernetes', 'https://github.com/kubernetes/kubernetes', 'Copyright The Kubernetes Authors'],
  ['Gateway API', 'https://github.com/kubernetes-sigs/gateway-api', 'Copyright The Kubernetes Authors'],
];

/** The licences of the packages that bundled files belong to, and of the projects whose schemas are bundled. Throws where one is missing or is not among those allowed. */
export function licences(files) {
  const folders = new Set(files.flatMap((path) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? []));
  const notices = [...folders].map(notice).sort();
  return `meshlint contains the following software.\n\n${[...notices, schemaNotice()].join('\n\n')}\n`;
}

function schemaNotice() {
  const title = 'Schemas of Istio, Envoy, Kubernetes and the Gateway API (Apache-2.0)';
  const sources = SCHEMAS.map(([name, address, copyright]) => `${name}: ${address}\n${copyright}`).join('\n\n');
  return `${title}\n${'-'.repeat(title.length)}\n\n${sources}\n\n${readFileSync('LICENSE', 'utf8').trim()}`;
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
