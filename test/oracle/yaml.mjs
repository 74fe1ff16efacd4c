// Compares how meshlint reads YAML with how kubectl and istioctl do: whether a text is accepted, and its values.
//
//   npm run yaml -- SUITE [--all]
//
// SUITE is a checkout of https://github.com/yaml/yaml-test-suite, or a JSON file that holds a list of texts. The Go program in yaml/ answers. The exit
// status is 1 where fewer than 97 % of the texts agree.
import { build } from 'esbuild';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import { loadAll } from 'js-yaml';

const TARGET = 0.97;
const here = fileURLToPath(new URL('.', import.meta.url));
const root = join(here, '..', '..');
const [suite, ...flags] = process.argv.slice(2);
if (!suite) {
  console.error('usage: npm run yaml -- SUITE [--all]');
  process.exit(2);
}

/** The suite writes characters that cannot be seen as others. */
const visible = (text) =>
  text
    .replace(/␣/g, ' ')
    .replace(/—*»/g, '\t')
    .replace(/⇔/g, '\ufeff')
    .replace(/←/g, '\r')
    .replace(/↵/g, '')
    .replace(/∎\n?$/, '');

/** The texts of the suite; a case may leave out what it has in common with the one before. */
function textsOf(path) {
  if (path.endsWith('.json')) return JSON.parse(readFileSync(path, 'utf8')).map((text, index) => [String(index), text]);
  const folder = join(path, 'src');
  return readdirSync(folder).flatMap((file) => {
    const [cases] = loadAll(readFileSync(join(folder, file), 'utf8'));
    return cases.flatMap(({ yaml }, index) =>
      yaml === undefined ? [] : [[`${file.replace('.yaml', '')}/${index}`, visible(yaml)]],
    );
  });
}

/** What Go's reader says of texts: { documents, error }. */
function askGo(texts) {
  const input = texts.map(([, text]) => `${JSON.stringify({ text })}\n`).join('');
  const output = execFileSync('go', ['run', '-mod=mod', './yaml'], { cwd: here, input, maxBuffer: 1 << 28 });
  return output
    .toString()
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
}

/** Our reader as a module. */
async function ourReader() {
  const folder = mkdtempSync(join(tmpdir(), 'meshlint-yaml-'));
  try {
    const outfile = join(folder, 'reader.cjs');
    const contents = "export { splitDocuments } from './split'; export { loadValue } from './values';";
    const stdin = { contents, resolveDir: join(root, 'src', 'source'), loader: 'ts' };
    await build({ stdin, outfile, bundle: true, platform: 'node', format: 'cjs', absWorkingDir: root });
    return createRequire(import.meta.url)(outfile);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A value as JSON has it: what Go's reader turns into JSON. */
const asJson = (value) => (value === undefined ? null : JSON.parse(JSON.stringify(value)));

/** What our reader says, as the Go program would. */
function read({ splitDocuments, loadValue }, text) {
  const documents = [];
  try {
    for (const { start, end } of splitDocuments(text))
      documents.push(asJson(loadValue(text.slice(start, end), { duplicateKeys: 'last-wins' })));
    return { documents };
  } catch (error) {
    return { documents, error: error.message };
  }
}

/** Documents without content are no objects, so it does not count whether they are there. */
const withoutEmpty = (documents) => documents.filter((each) => each !== null);

function difference(ours, go) {
  if (ours.error && go.error) return undefined;
  if (go.error) return `accepted, Go refuses: ${go.error}`;
  if (ours.error) return `refused, Go accepts: ${ours.error}`;
  const [one, other] = [withoutEmpty(ours.documents), withoutEmpty(go.documents)];
  return isDeepStrictEqual(one, other) ? undefined : `${JSON.stringify(one)}, Go reads ${JSON.stringify(other)}`;
}

const texts = textsOf(suite);
const answers = askGo(texts);
const reader = await ourReader();
const differences = texts.flatMap(([name, text], index) => {
  const found = difference(read(reader, text), answers[index]);
  return found ? [{ name, text, found }] : [];
});
for (const { name, text, found } of differences)
  console.log(flags.includes('--all') ? `${name} ${JSON.stringify(text)}: ${found}` : `${name}: ${found}`);
const agreed = texts.length - differences.length;
console.log(`${agreed} of ${texts.length} as Go's reader (${((100 * agreed) / texts.length).toFixed(1)} %)`);
process.exitCode = agreed >= TARGET * texts.length ? 0 : 1;
