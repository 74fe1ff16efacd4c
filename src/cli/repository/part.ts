import type { Role, SourceFile } from '../../source/file';
import type { Resource } from '../../source/resource';
import { withRole } from '../input/with-role';

/** Files that are applied together: the plain manifests of the input, or what one kustomization or one release of a chart makes. */
export interface Part {
  /** As the user knows it: the folder of the kustomization or the chart, and the values file. */
  readonly title: string;
  /** Whether it is all that will be applied, as it will be applied: else nothing can be called missing. */
  readonly isWhole: boolean;
  /** The folder of which one command applies all of it: that of a kustomization or a chart. Other files are applied one by one. */
  readonly appliedFrom?: string;
  readonly resources: readonly Resource[];
  /** The texts that its objects were written in, one name for each object: variants of one thing have most of them in common. */
  readonly sources: ReadonlySet<string>;
  /** Its files in a role, with those of its resources that are kept. */
  files(role: Role, keeps?: (resource: Resource) => boolean): SourceFile[];
}

/** Files that are applied as they are. */
export function plainPart(title: string, files: readonly SourceFile[]): Part {
  return {
    title,
    isWhole: true,
    resources: files.flatMap(({ resources }) => resources),
    sources: new Set(files.flatMap(({ path, resources }) => resources.map((_, index) => `${path}#${index}`))),
    files: (role, keeps = () => true) =>
      files.map((file) => (file.role === role && file.resources.every(keeps) ? file : withRole(file, role, keeps))),
  };
}
