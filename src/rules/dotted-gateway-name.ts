import { configs } from '../mesh/configs';
import { fullGatewayName } from '../mesh/hostname';
import { replacing } from './edits';
import { rule } from './rule';

export default rule({
  name: 'dotted-gateway-name',
  category: 'deprecation',
  severity: 'info',
  summary: 'A gateway is named in the form that early releases had.',
  docs: `
    "name.namespace.svc.cluster.local" was how a VirtualService named a Gateway of another
    namespace before Istio 1.1. It is still understood; "namespace/name" is what everybody reads.
  `,
  sameAs: ['KIA1108'],
  check({ mesh, report }) {
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
        report(field, `"${field.value}" is an old form of "${full}"`, { fix: replacing(field, full) });
      }
    }
  },
});
