import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { SeverityOf } from '../../lint';
import type { Assumed } from '../../mesh/known';
import type { World } from '../../mesh/mesh';
import { rules } from '../../rules';
import type { Release } from '../../schema/release';
import { didYouMean, oneOf } from '../../schema/spelling';
import type { Field } from '../../source/field';
import { type Complaint, refuse } from '../complaints';
import { boundaryOf, isInside } from '../input/boundary';
import { globRoot, isPattern } from '../input/files';
import { type Ignored, ignoring } from '../input/ignored';
import { isContext } from '../cluster/context-name';
import { patternFault } from '../input/patterns';
import { shortest } from './find';
import { type Configuration, type Layer, readLayer } from './layer';
import { PRESETS } from './presets';
import { type Choice, choiceOf, choicesOf, severityBy } from './severities';

/** What the configuration says, all of its files taken together. */
export interface Settings {
  readonly world?: World | undefined;
  readonly release?: Release | undefined;
  readonly with: readonly string[];
  /** The MeshConfig in force where no cluster is read, and the file that holds it unless it is written here. */
  readonly meshConfig?: { readonly field: Field; readonly path?: string } | undefined;
  /** The paths of other clusters by their names. */
  readonly clusters: Readonly<Record<string, string>>;
  /** Lists of files and folders that form one mesh each. */
  readonly meshes: readonly (readonly string[])[];
  readonly ignored: readonly Ignored[];
  readonly baseline?: string | undefined;
  /** Whether objects of all kinds are checked, not only of those that concern the mesh. */
  readonly allKinds?: boolean | undefined;
  readonly assumed: Assumed;
  readonly choices: readonly Choice[];
  /** The rules, or codes of their counterparts, to which it gives a severity anywhere. */
  readonly named: readonly string[];
}

/** What is settled where there is no configuration. */
export const NOTHING: Settings = {
  with: [],
  clusters: {},
  meshes: [],
  ignored: [],
  assumed: {},
  choices: [],
  named: [],
};

/** How severe findings are by the configuration, and by what the command line says after it. */
export const severityOf = ({ choices }: Settings, more: readonly Choice[] = []): SeverityOf =>
  severityBy([...choices, ...more]);

/** What a configuration may ask for, which depends on who gives it. */
export interface Permissions {
  /** Outside of this boundary it names no file; undefined where the user gives a configuration of their own. */
  readonly boundary: string | undefined;
  /** Whether it may name contexts of kubectl, and so read clusters with the credentials of the user. */
  readonly clusters: 'read' | 'refuse';
}

/** What a configuration in a repository may ask for; in none it may name what lies in the current folder. */
export const permissionsIn = (path: string, clusters: Permissions['clusters']): Permissions => ({
  boundary: isInside(path, boundaryOf('.')) ? boundaryOf('.') : boundaryOf(dirname(path)),
  clusters,
});

/** Reads a file of configuration with all it builds on, each file once. */
export function settingsIn(path: string, permissions = permissionsIn(path, 'refuse')): Settings {
  const known = new Map<string, Base>();
  return inOrder(baseIn(path, { above: [], known, permissions })).reduce(over, NOTHING);
}

/** What a file or a preset says itself, and what it builds on. */
interface Base {
  readonly own: Settings;
  readonly bases: readonly Base[];
}

const PRESET_BASES: ReadonlyMap<string, Base> = new Map(
  Object.entries(PRESETS).map(([name, preset]) => [
    name,
    { own: { ...NOTHING, release: preset.release, choices: [choiceOf(preset)] }, bases: [] },
  ]),
);

/** How the reading of configurations came to one of them. */
interface Descent {
  /** The files that build on this one, the outermost first. */
  readonly above: readonly string[];
  /** What was read before, by path. */
  readonly known: Map<string, Base>;
  readonly permissions: Permissions;
}

const MOST_LEVELS = 100;

function baseIn(path: string, { above, known, permissions }: Descent): Base {
  const before = known.get(path);
  if (before) return before;
  const layer = readLayer(path);
  refuse([
    ...beyondPermissions(layer, permissions),
    ...unknownRules(layer),
    ...missingFiles(layer),
    ...oddClusters(layer),
    ...lonelyNames(layer),
    ...oddPatterns(layer),
    ...patternsInMeshes(layer),
  ]);
  const descent = { above: [...above, path], known, permissions };
  const bases = layer.root.each('extends[]').map((field) => baseOf(field, layer, descent));
  const base = { own: ownOf(layer), bases };
  known.set(path, base);
  return base;
}

/** What an entry of `extends` stands for. */
function baseOf(field: Field<string>, { folder }: Layer, descent: Descent): Base {
  const { value } = field;
  const preset = PRESET_BASES.get(value);
  if (preset) return preset;
  const path = shortest(join(folder, value));
  if (!/[/.]/.test(value)) {
    const names = Object.keys(PRESETS);
    const help = didYouMean(value, names) || `; expected ${oneOf(names)}, or a file`;
    refuse([{ place: field, message: `unknown preset "${value}"${help}` }]);
  }
  if (!existsSync(path)) refuse([{ place: field, message: `file "${path}" does not exist` }]);
  if (descent.above.includes(path)) refuse([{ place: field, message: `"${value}" builds on this very file` }]);
  if (descent.above.length > MOST_LEVELS)
    refuse([{ place: field, message: `"extends" is nested more than ${MOST_LEVELS} levels deep` }]);
  return baseIn(path, descent);
}

/** What is said, in the order in which it is said. Of what several build on, only the last time counts. */
function inOrder(root: Base): Settings[] {
  const reached = new Set<Base>();
  const reach = (base: Base): Settings[] => {
    if (reached.has(base)) return [];
    reached.add(base);
    return [base.own, ...base.bases.toReversed().flatMap(reach)];
  };
  return reach(root).reverse();
}

function ownOf(layer: Layer): Settings {
  const { folder, root } = layer;
  const {
    world,
    istioVersion,
    with: context = [],
    clusters = {},
    meshes = [],
    ignore = [],
    baseline,
    allKinds,
    assume = {},
  } = root.value;
  return {
    world,
    release: istioVersion,
    with: context.map((path) => shortest(join(folder, path))),
    meshConfig: meshConfigOf(layer),
    clusters: Object.fromEntries(
      Object.entries(clusters).map(([name, place]) => [name, isContext(place) ? place : shortest(join(folder, place))]),
    ),
    meshes: meshes.map((paths) => paths.map((path) => shortest(join(folder, path)))),
    ignored: ignore.length ? [ignoring(folder, ignore.join('\n'))] : [],
    baseline: baseline === undefined ? undefined : shortest(join(folder, baseline)),
    allKinds,
    assumed: assumedBy(assume),
    choices: choicesOf(layer),
    named: [root.value, ...(root.value.overrides ?? [])].flatMap(({ rules: levels = {} }) => Object.keys(levels)),
  };
}

function meshConfigOf({ folder, root }: Layer): Settings['meshConfig'] {
  const field = root.at(['meshConfig']);
  if (field.value === undefined) return undefined;
  return typeof field.value === 'string' ? { field, path: shortest(join(folder, field.value)) } : { field };
}

/** A host with its subsets says of these that they exist, and one without says so of all. */
function assumedBy({ hosts = [], ...others }: NonNullable<Configuration['assume']>): Assumed {
  return {
    ...others,
    hosts: hosts.map((entry) => (typeof entry === 'string' ? entry : entry.host)),
    subsets: hosts.flatMap((entry) =>
      typeof entry === 'string' ? [] : entry.subsets.map((subset) => `${entry.host}/${subset}`),
    ),
  };
}

/** What a later file says, over an earlier one: single things replace, lists add up. */
function over(earlier: Settings, later: Settings): Settings {
  return {
    world: later.world ?? earlier.world,
    release: later.release ?? earlier.release,
    with: [...earlier.with, ...later.with],
    meshConfig: later.meshConfig ?? earlier.meshConfig,
    clusters: { ...earlier.clusters, ...later.clusters },
    meshes: [...earlier.meshes, ...later.meshes],
    ignored: [...earlier.ignored, ...later.ignored],
    baseline: later.baseline ?? earlier.baseline,
    allKinds: later.allKinds ?? earlier.allKinds,
    assumed: bothOf(earlier.assumed, later.assumed),
    choices: [...earlier.choices, ...later.choices],
    named: [...earlier.named, ...later.named],
  };
}

function bothOf(earlier: Assumed, later: Assumed): Assumed {
  const kinds = new Set([...Object.keys(earlier), ...Object.keys(later)] as (keyof Assumed)[]);
  return Object.fromEntries([...kinds].map((kind) => [kind, [...(earlier[kind] ?? []), ...(later[kind] ?? [])]]));
}

/** Names under which a rule can be chosen: its own, and those of its counterparts. */
const namesOfRules = (): Set<string> => new Set(rules.flatMap(({ name, sameAs }) => [name, ...sameAs]));

/** What is wrong with a name that no rule has, or undefined. */
export function unknownRule(name: string): string | undefined {
  const names = namesOfRules();
  return names.has(name) ? undefined : `unknown rule "${name}"${didYouMean(name, names)}`;
}

/** Files and folders that a configuration names, but for those that it builds on and the baseline. */
const namedIn = ({ root }: Layer): Field<string>[] => [
  ...root.each('with[]'),
  ...meshPaths(root),
  ...(typeof root.value.meshConfig === 'string' ? [root.at(['meshConfig']) as Field<string>] : []),
  ...Object.keys(root.value.clusters ?? {}).map((name) => root.at(['clusters', name]) as Field<string>),
];

const meshPaths = (root: Layer['root']): Field<string>[] =>
  (root.value.meshes ?? []).flatMap((paths, mesh) =>
    paths.map((_, index) => root.at(['meshes', mesh, index]) as Field<string>),
  );

/** What a configuration that anyone with a branch can write must not ask for: other files of the user, and clusters. */
function beyondPermissions(layer: Layer, { boundary, clusters }: Permissions): Complaint[] {
  const { folder, root } = layer;
  if (boundary === undefined) return [];
  const baseline = root.value.baseline === undefined ? [] : [root.at(['baseline']) as Field<string>];
  const bases = root.each('extends[]').filter(({ value }) => !PRESET_BASES.has(value));
  return [...namedIn(layer), ...bases, ...baseline].flatMap((place) => {
    const { value } = place;
    if (isContext(value))
      return clusters === 'read'
        ? []
        : [
            {
              place,
              message: `"${value}" reads a cluster, which a configuration file must not do without --allow-clusters`,
            },
          ];
    if (isInside(join(folder, isPattern(value) ? globRoot(value) : value), boundary)) return [];
    const way = 'a configuration in a repository can only name files of the repository';
    return [{ place, message: `"${value}" is outside of "${shortest(boundary)}": ${way}` }];
  });
}

/** Files and folders that are named and are not there. */
function missingFiles(layer: Layer): Complaint[] {
  const { folder } = layer;
  return namedIn(layer).flatMap((place) => {
    const path = join(folder, place.value);
    if (existsSync(path) || isPattern(place.value) || isContext(place.value)) return [];
    return [{ place, message: `file or folder "${shortest(path)}" does not exist` }];
  });
}

/** Names of objects that lie in a namespace, and are assumed without it. */
const lonelyNames = ({ root }: Layer): Complaint[] =>
  [...root.each('assume.gateways[]'), ...root.each('assume.secrets[]'), ...root.each('assume.delegates[]')]
    .filter(({ value }) => !value.includes('/') && !value.includes('*'))
    .map((place) => ({ place, message: `"${place.value}" names no namespace; write "NAMESPACE/${place.value}"` }));

/** As the command line has it: a name that can be written without quotes. */
const oddClusters = ({ root }: Layer): Complaint[] =>
  Object.keys(root.value.clusters ?? {}).flatMap((name) => {
    const message = `"${name}" is not a valid cluster name; use letters, digits, ".", "_" and "-"`;
    return /^[\w.-]+$/.test(name) ? [] : [{ place: root.at(['clusters', name]).key, message }];
  });

/** Patterns that could match nothing, or would take too long. */
const oddPatterns = ({ root }: Layer): Complaint[] =>
  [...root.each('overrides[].files[]'), ...root.each('overrides[].namespaces[]')].flatMap((place) => {
    const message = patternFault(place.value);
    return message === undefined ? [] : [{ place, message }];
  });

const patternsInMeshes = ({ folder, root }: Layer): Complaint[] =>
  meshPaths(root)
    .filter(({ value }) => isPattern(value) && !existsSync(join(folder, value)))
    .map((place) => ({ place, message: `"${place.value}" is a pattern; name files and folders` }));

function unknownRules({ root }: Layer): Complaint[] {
  const maps = [['rules'], ...(root.value.overrides ?? []).map((_, index) => ['overrides', index, 'rules'])];
  return maps.flatMap((path) => {
    const field = root.at(path);
    return Object.keys((field.value ?? {}) as NonNullable<Configuration['rules']>).flatMap((name) => {
      const message = unknownRule(name);
      return message === undefined ? [] : [{ place: field.child(name).key, message }];
    });
  });
}
