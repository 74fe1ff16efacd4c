import { configs } from '../../mesh/settings/configs';
import { fullGatewayName } from '../../mesh/services/hostname';
import { oneOf } from '../../schema/spelling';
import { referenceAt } from './gateway-references';
import { rule } from '../rule';

export default rule({
  name: 'unbound-match-gateway',
  category: 'traffic',
  severity: 'warning',
  isAboutAbsence: true,
  summary: 'A match is restricted to a gateway that the VirtualService is not bound to.',
  url: 'https://istio.io/latest/docs/reference/config/networking/virtual-service/',
  docs: `
    The gateways of a match select among those in spec.gateways (or "mesh", when spec.gateways is
    empty); they add none. When all gateways of a match are others, it matches no request, so its
    route gets none.

    Fix: add the gateway to spec.gateways, or remove it from the match.
  `,
  check({ mesh, report }) {
    for (const virtualService of configs(mesh, 'VirtualService')) {
      const { hosts, gateways = [] } = virtualService.value.spec ?? {};
      // What a delegate is bound to is decided by those who delegate to it.
      if (!hosts?.length) continue;
      const full = (name: string) => fullGatewayName(name, virtualService.namespace);
      const bound = new Set((gateways.length > 0 ? gateways : ['mesh']).map(full));
      const named = [
        ...virtualService.each('spec.http[].match[].gateways[]'),
        ...virtualService.each('spec.tls[].match[].gateways[]'),
        ...virtualService.each('spec.tcp[].match[].gateways[]'),
      ];
      for (const field of named) {
        const { name, referent } = referenceAt(mesh, virtualService, field);
        if (bound.has(name) || referent.kind === 'nothing') continue;
        report(
          field,
          `"${field.value}" is not one of the gateways of this VirtualService: ${oneOf([...bound], 'and')}`,
        );
      }
    }
  },
});
