import { basename, dirname, join } from 'node:path';
import { SourceFile } from '../../source/file';
import { loadValue } from '../../source/values';
import { bytesOf } from '../boundary';
import type { Boundary } from './boundary';

type Values = Record<string, unknown>;

const NAMES = ['kustomization.yaml', 'kustomization.yml', 'Kustomization'];

/** A kustomization file: what it lists, by the paths it uses, which are relative to its folder. */
export interface Kustomization {
  readonly file: SourceFile;
  readonly folder: string;
  readonly value: Values;
  readonly isComponent: boolean;
}

/** A change of objects that a kustomization makes: written in a file of its own, or inside the kustomization. */
export interface PatchEntry {
  target: Values | undefined;
  path?: string;
  /** The way in the kustomization to the text of the patch. */
  inline?: readonly (string | number)[];
}

/** Whether a file's name is that of a kustomization. */
export const isKustomizationName = (path: string): boolean => NAMES.includes(basename(path));

/** The kustomization of a folder, if it has one inside the boundary. */
export function kustomizationIn(folder: string, boundary: Boundary): Kustomization | undefined {
  const path = NAMES.map((name) => join(folder, name)).find((each) => boundary.kindOf(each) === 'file');
  return path ? readKustomization(path, boundary) : undefined;
}

/** Reads a kustomization; undefined for a file that only has the name of one, such as an object of Flux. */
export function readKustomization(path: string, boundary: Boundary): Kustomization | undefined {
  if (boundary.kindOf(path) !== 'file') return undefined;
  const text = textOf(path);
  const value = valueOf(text);
  if (!isMap(value)) return undefined;
  const { apiVersion = '', kind = 'Kustomization' } = value;
  if (!/^(kustomize\.config\.k8s\.io\/|$)/.test(String(apiVersion))) return undefined;
  if (kind !== 'Kustomization' && kind !== 'Component') return undefined;
  return { file: new SourceFile(path, text), folder: dirname(path), value, isComponent: kind === 'Component' };
}

/** What cannot be read is no kustomization, but a file of which reading it later tells. */
function textOf(path: string): string {
  try {
    return bytesOf(path).toString('utf8');
  } catch {
    return '';
  }
}

function valueOf(text: string): unknown {
  try {
    return loadValue(text, { duplicateKeys: 'last-wins' });
  } catch {
    // Broken YAML: the renderer says what is wrong with it, if it comes to that.
    return undefined;
  }
}

/** The files and folders whose objects it takes in. */
export const resourcesOf = ({ value }: Kustomization): string[] =>
  ['resources', 'bases', 'components'].flatMap((name) => strings(value[name]));

/** Its patches, of all the kinds that there have been. */
export function patchesOf({ value }: Kustomization): PatchEntry[] {
  const listed = ['patches', 'patchesJson6902'].flatMap((name) =>
    list(value[name]).flatMap((entry, index): PatchEntry[] => {
      if (!isMap(entry)) return [];
      const target = isMap(entry.target) ? entry.target : undefined;
      if (typeof entry.path === 'string') return [{ target, path: entry.path }];
      return typeof entry.patch === 'string' ? [{ target, inline: [name, index, 'patch'] }] : [];
    }),
  );
  const merged = list(value.patchesStrategicMerge).flatMap((entry, index): PatchEntry[] => {
    if (typeof entry !== 'string') return [];
    const isText = entry.includes('\n');
    return [
      isText ? { target: undefined, inline: ['patchesStrategicMerge', index] } : { target: undefined, path: entry },
    ];
  });
  return [...listed, ...merged];
}

/** Every other file that it uses: none of them holds objects that are applied as they are. */
export function inputsOf({ value }: Kustomization): string[] {
  const generators = ['configMapGenerator', 'secretGenerator'].flatMap((name) => list(value[name]).filter(isMap));
  return [
    ...['crds', 'configurations', 'generators', 'transformers', 'validators'].flatMap((name) => strings(value[name])),
    ...generators.flatMap(({ files, envs, env }) =>
      [...strings(files), ...strings(envs), ...strings([env])].map((entry) => entry.slice(entry.indexOf('=') + 1)),
    ),
    ...pathsIn(value.replacements),
    ...pathsIn([value.openapi]),
    ...list(value.helmCharts)
      .filter(isMap)
      .flatMap((chart) => strings([chart.valuesFile, ...strings(chart.additionalValuesFiles)])),
  ];
}

/** The names that stand as `$(NAME)` in its objects until it is rendered. */
export const varsOf = ({ value }: Kustomization): string[] =>
  list(value.vars)
    .filter(isMap)
    .flatMap(({ name }) => strings([name]));

/** What its replacements change, as selectors; `open` reads a file. */
export function replacementsOf({ folder, value }: Kustomization, open: (path: string) => SourceFile): Values[] {
  const written = list(value.replacements)
    .filter(isMap)
    .flatMap((entry) => {
      if (typeof entry.path !== 'string') return [entry];
      const path = join(folder, entry.path);
      const read = valueOf(open(path).text);
      return Array.isArray(read) ? read.filter(isMap) : isMap(read) ? [read] : [];
    });
  return written.flatMap(({ targets }) =>
    list(targets)
      .filter(isMap)
      .flatMap(({ select }) => (isMap(select) ? [select] : [])),
  );
}

const pathsIn = (value: unknown): string[] =>
  list(value)
    .filter(isMap)
    .flatMap(({ path }) => strings([path]));

const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

const strings = (value: unknown): string[] => list(value).filter((each) => typeof each === 'string');

const isMap = (value: unknown): value is Values => value !== null && typeof value === 'object' && !Array.isArray(value);
