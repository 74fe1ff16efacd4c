// Go modules as a source of facts: fetched into Go's own module cache, and read from there.
import { execFileSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { loadAll } from 'js-yaml';

const { releases, modules } = JSON.parse(readFileSync('schemas/releases.json', 'utf8'));

/** The releases of Istio, newest first: what a kind is called and which files are shared is decided by the newest. */
export const RELEASES = releases.toReversed();

/** The name of the module that describes the API of a release. */
export const apiOf = ({ istio }) => `api ${istio}`;

/** The newest API: its messages name the structures of all. */
export const NEWEST_API = apiOf(RELEASES[0]);

/** Every source of facts with its version. */
export const MODULES = { ...modules, ...Object.fromEntries(releases.map((release) => [apiOf(release), release.api])) };

const known = new Map();

/** The folder of a module, downloaded if need be. */
export function folderOf(name) {
  const module = MODULES[name];
  if (!known.has(module)) {
    const told = execFileSync('go', ['mod', 'download', '-json', module], { encoding: 'utf8' });
    known.set(module, JSON.parse(told).Dir);
  }
  return known.get(module);
}

export const fileOf = (name, ...path) => join(folderOf(name), ...path);
export const textOf = (name, ...path) => readFileSync(fileOf(name, ...path), 'utf8');
export const jsonOf = (name, ...path) => JSON.parse(textOf(name, ...path));
export const filesIn = (name, folder, suffix) =>
  readdirSync(fileOf(name, folder))
    .filter((file) => file.endsWith(suffix))
    .sort()
    .map((file) => join(folder, file));

/** The custom resource definitions in a YAML file of a module. */
export const definitionsIn = (name, path) =>
  loadAll(textOf(name, path)).filter((document) => document?.kind === 'CustomResourceDefinition');
