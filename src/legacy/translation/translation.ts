import { perMesh } from '../../mesh/memo';
import type { Mesh } from '../../mesh/mesh';
import type { Resource } from '../../source/resource';
import { authorizationPolicies } from './authorization-policies';
import { peerAuthentications } from './peer-authentication';
import { requestAuthentications } from './request-authentication';
import type { Untranslated } from './untranslated';

/** A mesh of Istio 1.4 in today's kinds. */
export interface Translation {
  /** Objects that say the same as those of 1.4 that today's Istio does not read; of one name with one of these, instead of it. */
  readonly objects: readonly Resource<unknown>[];
  readonly untranslated: readonly Untranslated[];
}

const NOTHING: Translation = { objects: [], untranslated: [] };

/** The policies and roles of Istio 1.4 in today's kinds; nothing in other releases. */
export const translation: (mesh: Mesh) => Translation = perMesh((mesh) => {
  if (mesh.release !== '1.4') return NOTHING;
  const untranslated: Untranslated[] = [];
  const objects = [
    ...peerAuthentications(mesh),
    ...requestAuthentications(mesh, untranslated),
    ...authorizationPolicies(mesh, untranslated),
  ];
  return { objects, untranslated: once(untranslated) };
});

/** The same field is read for each service. */
const once = (all: readonly Untranslated[]): Untranslated[] =>
  all.filter(
    ({ field }, index) =>
      all.findIndex((other) => other.field.resource === field.resource && other.field.pathText === field.pathText) ===
      index,
  );
