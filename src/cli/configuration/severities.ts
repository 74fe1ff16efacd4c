import { relative, resolve, sep } from 'node:path';
import type { SeverityOf } from '../../lint';
import { concernsMesh } from '../../mesh/mesh';
import type { Rule } from '../../rules/rule';
import type { Place } from '../../source/file';
import type { Glob } from '../../source/glob';
import type { Ignored } from '../input/ignored';
import { patternOf } from '../input/patterns';
import type { Layer, Level, Override } from './layer';
import type { Preset } from './presets';

/** One thing that somebody says of severities. Of several that fit, the last wins. */
export type Choice = (rule: Rule, place: Place, level: Level) => Level;

/** Every choice in turn. */
export const severityBy =
  (choices: readonly Choice[]): SeverityOf =>
  (rule, place, own) =>
    choices.reduce<Level>((level, choice) => choice(rule, place, level), own);

/** What a preset says. */
export const choiceOf =
  ({ level }: Preset): Choice =>
  (rule, _place, before) =>
    before === 'off' ? before : level(rule, before);

/** What a file says, of all and then of some places. */
export function choicesOf({ folder, root }: Layer): Choice[] {
  const { rules = {}, overrides = [] } = root.value;
  const here = process.cwd();
  const pathIn = (place: Place) =>
    relative(folder, resolve(here, pathOf(place)))
      .split(sep)
      .join('/');
  return [named(rules), ...overrides.map((override) => overriding(override, pathIn))];
}

/** The file that people know: of what is rendered from a chart, the template. */
const pathOf = ({ file, resource }: Place): string =>
  file.chart === undefined ? file.path : (resource?.document.origin ?? file.path);

/** Silence about files that are left out and were read all the same, as a kustomization takes them in; not about what was asked for. */
export function leftOut(ignored: readonly Ignored[], paths: readonly string[]): Choice {
  const leaves = (path: string) => ignored.some((each) => each(path, 'file') || each(path, 'folder'));
  const asked = paths.filter(leaves).map((path) => resolve(path));
  const isAsked = (path: string) => asked.some((each) => `${resolve(path)}${sep}`.startsWith(each + sep));
  return (_rule, { file: { path } }, level) => (leaves(path) && !isAsked(path) ? 'off' : level);
}

/** Silence about the schemas of kinds that a mesh does not depend on. */
export const onlyKindsOfMesh: Choice = ({ category }, { resource }, level) =>
  category === 'schema' && resource && !concernsMesh(resource) ? 'off' : level;

/** Severities of rules by their names, or by the codes of their counterparts. */
export const named =
  (rules: Readonly<Record<string, Level>>): Choice =>
  (rule, _place, level) =>
    Object.entries(rules).findLast(([name]) => name === rule.name || rule.sameAs.includes(name))?.[1] ?? level;

function overriding({ files, namespaces, rules }: Override, pathIn: (place: Place) => string): Choice {
  const choice = named(rules);
  const inFiles = files?.map(isBelow);
  const inNamespaces = namespaces?.map(patternOf);
  return (rule, place, level) => {
    if (inFiles && !inFiles.some((fits) => fits(pathIn(place)))) return level;
    if (inNamespaces && !inNamespaces.some((fits) => fits(namespaceOf(place)))) return level;
    return choice(rule, place, level);
  };
}

/** A pattern without a slash fits a name in any folder; one that fits a folder fits all in it. */
function isBelow(pattern: string): Glob {
  const whole = pattern.replace(/\/$/, '');
  const [fitsName, fitsAbove] = [patternOf(whole), patternOf(`${whole}/**`)];
  const fits = whole.includes('/') ? fitsName : (path: string) => fitsName(path.slice(path.lastIndexOf('/') + 1));
  return (path) => fits(path) || fitsAbove(path);
}

function namespaceOf({ resource }: Place): string {
  if (!resource) return '';
  return resource.kind === 'Namespace' ? resource.name : resource.namespace;
}
