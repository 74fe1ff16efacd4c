// Compiles schemas/ to dist/validators/: plain functions, made by ajv ahead of time, one module for each schema file.
// A module exports the validator of each kind (`validate`), the file itself as JSON text (`schema`, read when there is something
// to explain), and whether it fills in defaults (`defaults`) or has CEL rules (`rules`).
import { Ajv, _, stringify } from 'ajv';
import standaloneCode from 'ajv/dist/standalone/index.js';
import { build } from 'esbuild';
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const FORMATS = 'src/schema/formats.ts';
// What all validators share, and what is too heavy to be loaded before it is needed.
const SHARED = { formats: FORMATS, cel: 'src/schema/cel/engine.ts' };
const REQUIRE_FORMATS = _`require("#validators/formats")`;
const RAW = 'dist/validators.raw';

/** Writes the validators of every file under schemas/, and tells which files went into them. */
export async function buildValidators() {
  const { formats } = await import(await bundledSource(FORMATS));
  const files = readdirSync('schemas', { recursive: true }).filter(
    (file) => file.endsWith('.json') && file !== 'releases.json',
  );
  for (const file of files) {
    const path = join(RAW, file.replace(/\.json$/, '.cjs'));
    mkdirSync(dirname(path), { recursive: true });
    const content = JSON.parse(readFileSync(join('schemas', file), 'utf8'));
    writeFileSync(path, content.kinds ? moduleText(content, formats) : dataText(content));
  }
  const made = await build({
    ...OPTIONS,
    entryPoints: files.map((file) => join(RAW, file.replace(/\.json$/, '.cjs'))),
    outbase: RAW,
    external: ['#validators/*'],
  });
  const shared = await build({ ...OPTIONS, entryPoints: SHARED });
  rmSync(RAW, { recursive: true });
  return [made, shared].flatMap(({ metafile }) => Object.keys(metafile.inputs));
}

const OPTIONS = {
  outdir: 'dist/validators',
  outExtension: { '.js': '.cjs' },
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  minify: true,
  metafile: true,
  logLevel: 'warning',
};

/** A source file as a module that Node can import now. */
async function bundledSource(path) {
  const { outputFiles } = await build({ entryPoints: [path], bundle: true, format: 'esm', write: false });
  return `data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString('base64')}`;
}

function moduleText({ from, kinds, $defs }, formats) {
  const ajv = new Ajv({
    allErrors: true,
    strict: false,
    messages: false,
    useDefaults: true,
    ownProperties: true,
    formats,
    keywords: [atMostOneOf, uniqueBy, channel],
    code: { source: true, formats: _`${REQUIRE_FORMATS}.formats` },
  });
  const named = Object.entries(kinds).map(([kind, schema]) => [`kind:${kind}`, schema]);
  ajv.addSchema({ $id: 'bundle', $defs: { ...$defs, ...Object.fromEntries(named) } });
  const ids = Object.fromEntries(Object.keys(kinds).map((kind) => [kind, `bundle#/$defs/kind:${kind}`]));
  const text = JSON.stringify({ from, kinds, $defs });
  return `${standaloneCode(ajv, ids).replaceAll('exports[', 'validate[').replaceAll('exports.', 'validate.')}
module.exports = { validate, schema: ${JSON.stringify(text)}, defaults: ${text.includes('"default":')}, rules: ${text.includes('"rules":')} };
`.replace('"use strict";', '"use strict";const validate = {};');
}

/** Read as JSON, which is faster than as a program. */
const dataText = (content) => `module.exports = JSON.parse(${JSON.stringify(JSON.stringify(content))});\n`;

/** `atMostOneOf: [[a, b], [c, d]]`: of each group of fields at most one may be there, as in a protobuf oneof. */
const atMostOneOf = {
  keyword: 'atMostOneOf',
  type: 'object',
  schemaType: 'array',
  error: { params: ({ params }) => _`{group: ${params.group}}` },
  code(context) {
    const { gen, data, schema } = context;
    for (const group of schema) {
      const present = group.map((name) => _`(${data}[${name}] !== undefined ? 1 : 0)`);
      const sum = present.reduce((left, right) => _`${left} + ${right}`);
      gen.if(_`${sum} > 1`, () => {
        context.setParams({ group: stringify(group) });
        context.error(true);
      });
    }
  },
};

/** `uniqueBy: [name]`: no two items of the list agree in these fields; `uniqueBy: []`: no two are equal. */
const uniqueBy = {
  keyword: 'uniqueBy',
  type: 'array',
  schemaType: 'array',
  error: { params: ({ params }) => _`{repeated: ${params.repeated}}` },
  code(context) {
    const { gen, data, schema } = context;
    const find = gen.scopeValue('func', { ref: uniqueBy, code: _`${REQUIRE_FORMATS}.repeatedItems` });
    const fields = schema.map((name) => _`${name}`).reduce((left, right) => _`${left}, ${right}`, _``);
    const repeated = gen.const('repeated', _`${data}.length > 1 ? ${find}(${data}, [${fields}]) : []`);
    gen.if(_`${repeated}.length > 0`, () => {
      context.setParams({ repeated });
      context.error(true);
    });
  },
};

/** `channel: experimental`: the field is not in the standard channel. No mistake, but something to say where it is used. */
const channel = {
  keyword: 'channel',
  error: {},
  code: (context) => context.error(true),
};
