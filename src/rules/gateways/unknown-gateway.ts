import { configs, configsIn } from '../../mesh/settings/configs';
import { groupBy } from '../../mesh/grouping';
import { perMesh } from '../../mesh/memo';
import type { Mesh } from '../../mesh/mesh';
import { nearest } from '../../schema/spelling';
import { respelling } from '../edits';
import { type GatewayReference, gatewayReferences, referenceAt } from './gateway-references';
import { type Context, rule } from '../rule';

export default rule({
  name: 'unknown-gateway',
  category: 'reference',
  severity: 'error',
  summary: 'A VirtualService references a Gateway that does not exist.',
  url: 'https://istio.io/latest/docs/reference/config/networking/virtual-service/',
  docs: `
    The VirtualService is accepted and has no effect at that gateway: requests for its hosts get 404
    with the response flag NR. A name without a slash is a Gateway in the namespace of the
    VirtualService. In a match, an undefined gateway matches no request.

    Fix: correct the name; write "namespace/name" for a Gateway of another namespace.

    istioctl checks spec.gateways only, and does not know "name.namespace", which Istio accepts.
    Kiali also checks the matches of HTTP routes, up to the first undefined gateway.
  `,
  sameAs: ['IST0101', 'IST0132', 'KIA1102'],
  check(context) {
    const { mesh } = context;
    for (const reference of gatewayReferences(mesh)) report(context, reference, ['IST0101', 'IST0132', 'KIA1102']);
    for (const virtualService of configs(mesh, 'VirtualService')) {
      const known = new Set(virtualService.value.spec?.gateways);
      const inHttp = virtualService.each('spec.http[].match[].gateways[]');
      const others = [
        ...virtualService.each('spec.tls[].match[].gateways[]'),
        ...virtualService.each('spec.tcp[].match[].gateways[]'),
      ];
      for (const field of inHttp)
        if (!known.has(field.value)) report(context, referenceAt(mesh, virtualService, field), ['KIA1102']);
      for (const field of others)
        if (!known.has(field.value)) report(context, referenceAt(mesh, virtualService, field), []);
    }
  },
});

function report({ mesh, missing }: Context, { field, name, referent }: GatewayReference, sameAs: string[]): void {
  if (referent.kind !== 'nothing') return;
  const [namespace = ''] = name.split('/');
  const message = `Gateway "${name}" does not exist${hint(mesh, name)}`;
  const names = configsIn(mesh, 'Gateway', namespace).map((gateway) =>
    field.value.includes('/') ? `${namespace}/${gateway.name}` : gateway.name,
  );
  missing(field, { kind: 'Gateway', namespace }, message, { sameAs, fix: respelling(field, names) });
}

const byName = perMesh((mesh) => groupBy(configs(mesh, 'Gateway'), ({ name }) => name));

/** A Gateway of a similar name in the same namespace, or one of the same or a similar name elsewhere. */
function hint(mesh: Mesh, full: string): string {
  const [namespace = '', name = ''] = full.split('/');
  const beside = configsIn(mesh, 'Gateway', namespace).map((gateway) => gateway.name);
  const meant = nearest(name, beside);
  if (meant !== undefined) return `; did you mean "${meant}"?`;
  const near = byName(mesh).has(name) ? name : nearest(name, byName(mesh).keys());
  const [elsewhere] = (near !== undefined && byName(mesh).get(near)) || [];
  return elsewhere ? `; found "${elsewhere.namespace}/${elsewhere.name}"` : '';
}
