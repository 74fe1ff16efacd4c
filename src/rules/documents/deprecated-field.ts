import { configs } from '../../mesh/settings/configs';
import type { Mesh } from '../../mesh/mesh';
import type { Field } from '../../source/field';
import { rule } from '../rule';

export default rule({
  name: 'deprecated-field',
  category: 'deprecation',
  severity: 'warning',
  summary: 'A deprecated field or kind is used.',
  url: 'https://istio.io/latest/docs/reference/config/',
  docs: `
    Istio still reads the field for old configuration, and a later release may stop doing so. When
    its successor is set as well, the field is ignored.

    Fix: use the field that the message names.
  `,
  sameAs: ['IST0002'],
  check({ mesh, report }) {
    for (const { field, instead, sameAs } of deprecated(mesh))
      report(field.key, `"${String(field.path.at(-1))}" is deprecated; ${instead}`, { sameAs });
    for (const field of removedKinds(mesh))
      report(field, `kind "${field.value}" was removed from Istio; use AuthorizationPolicy`);
  },
});

interface Deprecated {
  readonly field: Field;
  readonly instead: string;
  readonly sameAs: readonly string[];
}

/** istioctl knows two of these fields; nobody warns of the others. Istio 1.4 has a successor for the delay alone. */
function deprecated(mesh: Mesh): Deprecated[] {
  const told = (fields: readonly Field[], instead: string): Deprecated[] =>
    fields.map((field) => ({ field, instead, sameAs: ['IST0002'] }));
  const untold = (fields: readonly Field[], instead: string): Deprecated[] =>
    fields.map((field) => ({ field, instead, sameAs: [] }));
  const delays = configs(mesh, 'VirtualService').flatMap((each) =>
    told(
      each.each('spec.http[].fault.delay.percent').filter(({ value }) => value > 0),
      'write "percentage: { value: ... }"',
    ),
  );
  if (mesh.release === '1.4') return delays;
  return [
    ...delays,
    ...configs(mesh, 'VirtualService').flatMap((each) => [
      ...untold(each.each('spec.http[].mirrorPercent'), 'write "mirrorPercentage: { value: ... }"'),
      ...untold(each.each('spec.http[].mirror_percent'), 'write "mirrorPercentage: { value: ... }"'),
      ...untold(each.each('spec.http[].corsPolicy.allowOrigin'), 'write "allowOrigins: [{ exact: ... }]"'),
    ]),
    ...configs(mesh, 'DestinationRule').flatMap((each) =>
      untold(
        [
          ...each.each('spec.trafficPolicy.loadBalancer.warmupDurationSecs'),
          ...each.each('spec.subsets[].trafficPolicy.loadBalancer.warmupDurationSecs'),
        ],
        'write "warmup: { duration: ... }"',
      ),
    ),
    ...configs(mesh, 'Sidecar').flatMap((each) =>
      told(each.each('spec.outboundTrafficPolicy.egressProxy'), 'use a VirtualService that routes to the proxy'),
    ),
  ];
}

const REMOVED = new Set(['ClusterRbacConfig', 'RbacConfig', 'ServiceRole', 'ServiceRoleBinding']);

/** The definitions of kinds that Istio 1.4 still has. */
function removedKinds(mesh: Mesh): Field<string>[] {
  if (mesh.release === '1.4') return [];
  return mesh.all('CustomResourceDefinition').flatMap((definition) => {
    const { group, names } = definition.value.spec ?? {};
    if (group !== 'rbac.istio.io' || !REMOVED.has(names?.kind ?? '')) return [];
    return definition.each('spec.names.kind');
  });
}
