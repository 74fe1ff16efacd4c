import { configs } from '../../mesh/settings/configs';
import { fullHost } from '../../mesh/services/hostname';
import type { Field } from '../../source/field';
import { replacing } from '../edits';
import { type Context, rule } from '../rule';

export default rule({
  name: 'short-host-name',
  category: 'practice',
  severity: 'info',
  isOptional: true,
  summary: 'A host has no namespace.',
  url: 'https://istio.io/latest/docs/reference/config/networking/virtual-service/',
  docs: `
    Istio completes a host without a dot with the namespace of the object, not with that of the
    Service: "reviews" in namespace "shop" is "reviews.shop.svc.cluster.local". Istio's
    documentation recommends full names.

    Fix: turn this rule on and run \`--fix\`, which writes the full name that Istio uses anyway. In
    objects without a namespace the short name stays, because the namespace is chosen when they are
    applied.
  `,
  check(context) {
    const { mesh } = context;
    for (const each of configs(mesh, 'VirtualService')) {
      checkOne(context, each.each('spec.hosts[]'));
      checkOne(context, each.each('spec.http[].route[].destination.host'));
      checkOne(context, each.each('spec.http[].mirror.host'));
      checkOne(context, each.each('spec.http[].mirrors[].destination.host'));
      checkOne(context, each.each('spec.tls[].route[].destination.host'));
      checkOne(context, each.each('spec.tcp[].route[].destination.host'));
    }
    for (const each of configs(mesh, 'DestinationRule')) checkOne(context, each.each('spec.host'));
  },
});

function checkOne({ mesh, report }: Context, hosts: readonly Field<string>[]): void {
  for (const host of hosts) {
    const { resource, value } = host;
    const full = fullHost(value, resource.namespace, mesh.domain);
    if (full === value || !namesNamespace(host)) continue;
    report(host, `"${value}" means "${full}"; use the full name`, { fix: replacing(host, full) });
  }
}

/** Whether the namespace stands in the text itself: a kustomization or the command line may give the same text another one. */
function namesNamespace({ resource }: Field): boolean {
  const field = resource.at(['metadata', 'namespace']);
  return field.value !== undefined && replacing(field, '') !== undefined;
}
