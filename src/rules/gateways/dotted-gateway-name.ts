import { configs } from '../../mesh/settings/configs';
import { fullGatewayName } from '../../mesh/services/hostname';
import { replacing } from '../edits';
import { rule } from '../rule';
import { codesOfDoubt } from '../documents/schema-doubts';

export default rule({
  name: 'dotted-gateway-name',
  category: 'deprecation',
  severity: 'warning',
  summary: 'A gateway reference uses the old form NAME.NAMESPACE.',
  url: 'https://istio.io/latest/docs/reference/config/networking/virtual-service/',
  docs: `
    "name.namespace.svc.cluster.local" was the reference to a Gateway of another namespace before
    Istio 1.1. Istio still accepts it, and the webhook warns about it.

    Fix: write "namespace/name".
  `,
  sameAs: ['KIA1108', 'IST0133'],
  check(context) {
    const { mesh, report } = context;
    for (const virtualService of configs(mesh, 'VirtualService')) {
      const named = [
        ...virtualService.each('spec.gateways[]'),
        ...virtualService.each('spec.http[].match[].gateways[]'),
        ...virtualService.each('spec.tls[].match[].gateways[]'),
        ...virtualService.each('spec.tcp[].match[].gateways[]'),
      ];
      for (const field of named) {
        if (!field.value.includes('.') || field.value.includes('/')) continue;
        const full = fullGatewayName(field.value, virtualService.namespace);
        const sameAs = ['KIA1108', ...codesOfDoubt(context, field, 'old-name')];
        report(field, `"${field.value}" is a deprecated form; use "${full}"`, { fix: replacing(field, full), sameAs });
      }
    }
  },
});
