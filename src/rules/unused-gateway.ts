import { configs } from '../mesh/configs';
import { writtenVirtualServices } from '../mesh/virtual-services';
import type { Server } from '../schema/kinds/networking';
import { rule } from './rule';

export default rule({
  name: 'unused-gateway',
  category: 'practice',
  severity: 'info',
  summary: 'No VirtualService is bound to a Gateway.',
  docs: `
    A Gateway opens ports; what is behind them is said by VirtualServices that name it under
    \`gateways\`. Where none does, every request gets 404 and the response flag NR. Bind routes to
    it, or remove it. Servers that only send clients to HTTPS, or that hand TLS through by its
    server name (AUTO_PASSTHROUGH), need no routes.
  `,
  check({ mesh, missing }) {
    const bound = new Set(writtenVirtualServices(mesh).flatMap(({ gateways }) => gateways.map(({ name }) => name)));
    for (const gateway of configs(mesh, 'Gateway')) {
      const { namespace, name } = gateway;
      const servers = gateway.value.spec?.servers ?? [];
      if (bound.has(`${namespace}/${name}`) || servers.every(needsNoRoutes)) continue;
      missing(
        gateway.at(['metadata', 'name']),
        { kind: 'VirtualService', namespace: '' },
        `no VirtualService is bound to Gateway "${namespace}/${name}"`,
      );
    }
  },
});

const needsNoRoutes = ({ tls }: Server): boolean => tls?.mode === 'AUTO_PASSTHROUGH' || tls?.httpsRedirect === true;
