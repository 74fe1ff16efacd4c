import type { SourceFile } from '../../source/file';
import type { Path } from '../../source/path';
import { loadValue } from '../../source/values';
import { type Values, list, maps, strings } from './edit';
import { isRecord } from '../../source/record';

/** A kustomization file: what it lists, by the paths it uses, which are relative to its folder. */
export interface Kustomization {
  readonly file: SourceFile;
  readonly folder: string;
  readonly value: Values;
  readonly isComponent: boolean;
}

/** The fields that hold patches. */
export type PatchField = 'patches' | 'patchesJson6902' | 'patchesStrategicMerge';

/** A change of objects that a kustomization makes: written in a file of its own, or inside the kustomization. */
export interface PatchEntry {
  readonly field: PatchField;
  readonly target: Values | undefined;
  readonly options: Values | undefined;
  readonly path?: string;
  /** The text of the patch, and the way to it in the kustomization. */
  readonly inline?: { readonly text: string; readonly at: Path };
}

/** The kustomization that a file holds; undefined for a file that only has the name of one, such as an object of Flux. */
export function kustomizationOf(file: SourceFile, folder: string): Kustomization | undefined {
  const value = valueOf(file);
  if (!isRecord(value)) return undefined;
  const { apiVersion = '', kind = 'Kustomization' } = value;
  if (typeof apiVersion !== 'string' || !/^(kustomize\.config\.k8s\.io\/|$)/.test(apiVersion)) return undefined;
  if (kind !== 'Kustomization' && kind !== 'Component') return undefined;
  return { file, folder, value, isComponent: kind === 'Component' };
}

function valueOf({ text }: SourceFile): unknown {
  try {
    return loadValue(text, { duplicateKeys: 'last-wins' });
  } catch {
    // What is wrong with broken YAML is reported where the file is read.
    return undefined;
  }
}

/** The files and folders whose objects it takes in. */
export const resourcesOf = ({ value }: Kustomization): string[] =>
  (['resources', 'bases', 'components'] as const).flatMap((name) => strings(value[name]));

/** Its patches, of all the kinds that there have been. */
export const patchesOf = (kustomization: Kustomization): PatchEntry[] =>
  (['patches', 'patchesJson6902', 'patchesStrategicMerge'] as const).flatMap((field) =>
    patchesIn(kustomization, field),
  );

/** The patches that one of its fields holds. */
export function patchesIn({ value }: Kustomization, field: PatchField): PatchEntry[] {
  return list(value[field]).flatMap((entry, index): PatchEntry[] => {
    if (field === 'patchesStrategicMerge') return typeof entry === 'string' ? [mergePatch(entry, index)] : [];
    if (!isRecord(entry)) return [];
    const target = isRecord(entry['target']) ? entry['target'] : undefined;
    const options = isRecord(entry['options']) ? entry['options'] : undefined;
    if (typeof entry['path'] === 'string') return [{ field, target, options, path: entry['path'] }];
    if (typeof entry['patch'] !== 'string') return [];
    return [{ field, target, options, inline: { text: entry['patch'], at: [field, index, 'patch'] } }];
  });
}

function mergePatch(entry: string, index: number): PatchEntry {
  const common = { field: 'patchesStrategicMerge', target: undefined, options: undefined } as const;
  const isText = entry.includes('\n') || entry.startsWith('{');
  return isText ? { ...common, inline: { text: entry, at: [common.field, index] } } : { ...common, path: entry };
}

/** Every other file that it uses: none of them holds objects that are applied as they are. */
export function inputsOf({ value }: Kustomization): string[] {
  const generators = (['configMapGenerator', 'secretGenerator'] as const).flatMap((name) => maps(value[name]));
  return [
    ...(['crds', 'configurations', 'generators', 'transformers', 'validators'] as const).flatMap((name) =>
      strings(value[name]),
    ),
    ...generators.flatMap(({ files, envs, env }) =>
      [...strings(files), ...strings(envs), ...strings([env])].map((entry) => entry.slice(entry.indexOf('=') + 1)),
    ),
    ...pathsIn(value['replacements']),
    ...pathsIn([value['openapi']]),
    ...maps(value['helmCharts']).flatMap((chart) =>
      strings([chart['valuesFile'], ...strings(chart['additionalValuesFiles'])]),
    ),
  ];
}

/** The names that stand as `$(NAME)` in its objects until it is rendered. */
export const varsOf = ({ value }: Kustomization): string[] =>
  maps(value['vars']).flatMap(({ name }) => strings([name]));

const pathsIn = (value: unknown): string[] => maps(value).flatMap(({ path }) => strings([path]));
