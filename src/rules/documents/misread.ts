/** What Istio does not read as it was meant: its document is refused, and what follows from that is not a fault of its own. */
import { perMesh } from '../../mesh/memo';
import type { Mesh } from '../../mesh/mesh';
import { addTo } from '../../mesh/grouping';
import { admit } from '../../schema/admit';
import type { Field } from '../../source/field';
import type { Path } from '../../source/path';

const REASONS: ReadonlySet<string> = new Set(['unknown-field', 'wrong-type']);

/** The places of fields that are unknown or of the wrong type, by document. */
const misread = perMesh((mesh) => {
  const found = new Map<unknown, Path[]>();
  for (const resource of mesh.resources)
    for (const { reason, severity, path } of admit(resource, mesh.release).violations)
      if (severity === 'error' && REASONS.has(reason)) addTo(found, resource.document, [...resource.base, ...path]);
  return found;
});

/** Whether some field at a place or below it is unknown or of the wrong type. */
export function isMisread(mesh: Mesh, { resource, path }: Field): boolean {
  const from = [...resource.base, ...path];
  const paths = misread(mesh).get(resource.document) ?? [];
  return paths.some((each) => from.every((step, index) => each[index] === step));
}
