import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** The example meshes of every rule: each file of its folder is one, and so is each folder in it. */
export function examples(root) {
  const ofRule = (rule) => readdirSync(join(root, rule)).map((name) => example(`${root}/${rule}/${name}`));
  return Object.fromEntries(readdirSync(root).map((rule) => [rule, ofRule(rule)]));
}

function example(path) {
  if (!statSync(path).isDirectory()) return { path, files: [file(path, path)] };
  return { path, files: readdirSync(path).map((name) => file(`${path}/${name}`, name)) };
}

const file = (from, path) => ({ path, text: readFileSync(from, 'utf8') });
