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
  docs: `
    Istio completes a name without a dot with the namespace of the object that it stands in, not
    with that of the Service: "reviews" in namespace "shop" is "reviews.shop.svc.cluster.local",
    wherever the reviews are. Istio's own advice is to write hosts in full. Who follows it turns
    this rule on; \`--fix\` then writes the full name, which is what Istio reads anyway. In objects
    that name no namespace the short name is left, since whoever applies them chooses it.
  `,
  check(context) {
    const { mesh } = context;
    for (const each of configs(mesh, 'VirtualService')) {
      judge(context, each.each('spec.hosts[]'));
      judge(context, each.each('spec.http[].route[].destination.host'));
      judge(context, each.each('spec.http[].mirror.host'));
      judge(context, each.each('spec.http[].mirrors[].destination.host'));
      judge(context, each.each('spec.tls[].route[].destination.host'));
      judge(context, each.each('spec.tcp[].route[].destination.host'));
    }
    for (const each of configs(mesh, 'DestinationRule')) judge(context, each.each('spec.host'));
  },
});

function judge({ mesh, report }: Context, hosts: readonly Field<string>[]): void {
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
