/** The services whose clusters a DestinationRule shapes. */
import { configs } from '../../mesh/settings/configs';
import { fullHost, isWildcard } from '../../mesh/services/hostname';
import { perMesh } from '../../mesh/memo';
import type { Mesh } from '../../mesh/mesh';
import { rootNamespace } from '../../mesh/settings/mesh-config';
import type { Service } from '../../mesh/services/service';
import { bestService, servicesCalled } from '../../mesh/services/services';
import type { KindMap } from '../../schema/kinds';
import type { Subset } from '../../schema/kinds/networking';
import type { Field } from '../../source/field';
import type { Resource } from '../../source/resource';

/** A subset of a host that is known. */
export interface DeclaredSubset {
  readonly destinationRule: Resource<KindMap['DestinationRule']>;
  readonly field: Field<Subset>;
  readonly host: string;
  readonly service: Service;
}

/** The service that a rule is about; undefined where there is none, or where a wildcard may mean several. */
function serviceShapedBy(mesh: Mesh, { namespace, value }: DeclaredSubset['destinationRule']): Service | undefined {
  const host = fullHost(value.spec?.host ?? '', namespace, mesh.domain);
  if (isWildcard(host)) return undefined;
  return (
    bestService(mesh, host, namespace) ??
    (namespace === rootNamespace(mesh) ? servicesCalled(mesh, host)[0] : undefined)
  );
}

/** The subsets of all hosts that are known, except those of wildcards. */
export const declaredSubsets: (mesh: Mesh) => readonly DeclaredSubset[] = perMesh((mesh) =>
  configs(mesh, 'DestinationRule').flatMap((destinationRule) => {
    const service = serviceShapedBy(mesh, destinationRule);
    if (!service) return [];
    const { hostname: host } = service;
    return destinationRule.each('spec.subsets[]').map((field) => ({ destinationRule, field, host, service }));
  }),
);

/** The subsets of hosts that end alike, each with the wildcard. */
export const wildcardSubsets = (mesh: Mesh): readonly Omit<DeclaredSubset, 'service'>[] =>
  configs(mesh, 'DestinationRule').flatMap((destinationRule) => {
    const { host = '' } = destinationRule.value.spec ?? {};
    if (!isWildcard(host)) return [];
    return destinationRule.each('spec.subsets[]').map((field) => ({ destinationRule, field, host }));
  });
