import { configs } from '../../mesh/settings/configs';
import { isIstioClass } from '../../mesh/gateways/gateway-deployments';
import { writtenVirtualServices } from '../../mesh/traffic/virtual-services';
import type { Listener } from '../../schema/kinds/gateway-api';
import type { Server } from '../../schema/kinds/networking';
import { routesOfApi } from '../gateway-api/api-routes';
import { type Context, rule } from '../rule';

export default rule({
  name: 'unused-gateway',
  category: 'practice',
  severity: 'info',
  isAboutAbsence: true,
  summary: 'No VirtualService or route is attached to a Gateway.',
  url: 'https://istio.io/latest/docs/reference/config/networking/gateway/',
  docs: `
    A Gateway opens ports, and the VirtualServices that name it in \`gateways\` define the routes
    behind them. Without any route, every request gets 404 with the response flag NR.

    Fix: bind routes to the Gateway, or remove it.

    Servers that only redirect to HTTPS, or that pass TLS through by server name (AUTO_PASSTHROUGH),
    need no routes. A Gateway of the Gateway API is checked if its class is Istio's and it is not a
    waypoint.
  `,
  check(context) {
    const { mesh, missing } = context;
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
    checkApi(context);
  },
});

/** What a route names is not unused, even where it does not take that route. */
function checkApi({ mesh, missing }: Context): void {
  const named = new Set(
    routesOfApi(mesh).flatMap((route) =>
      route.each('spec.parentRefs[]').map(({ value }) => `${value.namespace ?? route.namespace}/${value.name ?? ''}`),
    ),
  );
  const sets = configs(mesh, 'ListenerSet').filter(({ namespace, name }) => named.has(`${namespace}/${name}`));
  for (const { namespace, value } of sets)
    named.add(`${value.spec?.parentRef?.namespace ?? namespace}/${value.spec?.parentRef?.name ?? ''}`);
  for (const gateway of configs(mesh, 'KubernetesGateway')) {
    const { namespace, name, value } = gateway;
    const { gatewayClassName, listeners = [] } = value.spec ?? {};
    if (!isIstioClass(mesh, gatewayClassName) || named.has(`${namespace}/${name}`)) continue;
    if (listeners.length > 0 && listeners.every(handsThrough)) continue;
    missing(
      gateway.at(['metadata', 'name']),
      { kind: 'HTTPRoute', namespace: '' },
      `no route is attached to Gateway "${namespace}/${name}"`,
    );
  }
}

/** Listeners of gateways between networks. istio: buildTLS */
const handsThrough = ({ tls }: Listener): boolean =>
  tls?.options?.['gateway.istio.io/listener-protocol'] === 'auto-passthrough';

const needsNoRoutes = ({ tls }: Server): boolean => tls?.mode === 'AUTO_PASSTHROUGH' || tls?.httpsRedirect === true;
