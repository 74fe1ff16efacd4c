/** Where plain HTTP is sent on to HTTPS, and which servers of the same proxies serve HTTPS. */
import { type GatewayConfig, gatewayConfigs } from '../../mesh/gateways/gateway-configs';
import { GATEWAY_SERVICE } from '../../mesh/gateway-api/gateways';
import { cleanHost, serverHostsOf } from '../../mesh/gateways/gateway-hosts';
import { isPassthrough } from '../../mesh/gateways/gateways';
import { groupBy } from '../../mesh/grouping';
import { perMesh } from '../../mesh/memo';
import type { Mesh } from '../../mesh/mesh';
import { meshConfig } from '../../mesh/settings/mesh-config';
import { isHttp, isTls, protocolNamed } from '../../mesh/services/protocol';
import { type Route, type VirtualService, virtualServices } from '../../mesh/traffic/virtual-services';
import type { HTTPRouteFilter } from '../../schema/kinds/gateway-api';
import type { HTTPRoute, Server } from '../../schema/kinds/networking';
import type { Field } from '../../source/field';

/** A server of a Gateway, with its hosts spelt out. */
export interface RedirectingServer {
  readonly config: GatewayConfig;
  readonly field: Field<Server>;
  readonly hosts: readonly string[];
}

/** A route that sends requests to the same URL with the scheme https, and the servers through which requests reach it. */
export interface HttpsRedirect {
  readonly virtualService: VirtualService;
  readonly route: Route<HTTPRoute>;
  /** The routes that are matched earlier. */
  readonly earlier: readonly Route<HTTPRoute>[];
  readonly servers: readonly RedirectingServer[];
}

/** Every server of every Gateway. */
export const gatewayServers: (mesh: Mesh) => readonly RedirectingServer[] = perMesh((mesh) =>
  gatewayConfigs(mesh).flatMap((config) =>
    config.servers.map((field) => ({
      config,
      field,
      hosts: (field.value.hosts ?? []).map((host) => cleanHost(host, config.gateway.namespace)),
    })),
  ),
);

const serversByProxies = perMesh((mesh) => groupBy(gatewayServers(mesh), ({ config }) => proxiesOf(config)));

/** The servers of all Gateways that configure the same proxies. */
export const serversBeside = (mesh: Mesh, { config }: RedirectingServer): readonly RedirectingServer[] =>
  serversByProxies(mesh).get(proxiesOf(config)) ?? [];

const proxiesOf = ({ gateway }: GatewayConfig): string =>
  gateway.metadata.annotations?.[GATEWAY_SERVICE] ??
  JSON.stringify(Object.entries(gateway.value.spec?.selector ?? {}).sort());

const protocolOf = ({ field }: RedirectingServer) => protocolNamed(field.value.port?.protocol ?? '');

/** Whether a server accepts TLS, whoever terminates it. */
export const acceptsTls = (server: RedirectingServer): boolean => isTls(protocolOf(server));

/** Whether routes see the requests that a server receives over TLS. */
export const terminatesHttps = (server: RedirectingServer): boolean =>
  protocolOf(server) === 'HTTPS' && !isPassthrough(server.field.value);

/** Whether a server receives HTTP in plain text. */
export const isPlainHttp = (server: RedirectingServer): boolean => isHttp(protocolOf(server));

/** Whether a proxy in front of the gateways may terminate TLS, and say so in X-Forwarded-Proto. */
export const trustsForwardedProto = (mesh: Mesh): boolean =>
  (meshConfig(mesh).defaultConfig.gatewayTopology?.numTrustedProxies ?? 0) > 0;

const serversByGateway = perMesh((mesh) =>
  groupBy(gatewayServers(mesh), ({ config: { gateway } }) => `${gateway.namespace}/${gateway.name}`),
);

/** Every redirect that changes the scheme to https and nothing else. */
export function httpsRedirects(mesh: Mesh): HttpsRedirect[] {
  return virtualServices(mesh).flatMap((virtualService) => {
    const bound = virtualService.gateways.flatMap(({ name }) => serversByGateway(mesh).get(name) ?? []);
    const servers = bound.filter((server) => serverHostsOf(server, virtualService).length > 0);
    return virtualService.http.flatMap((route, index) =>
      isToHttps(route.value.redirect)
        ? [{ virtualService, route, earlier: virtualService.http.slice(0, index), servers }]
        : [],
    );
  });
}

function isToHttps(redirect: HTTPRoute['redirect']): boolean {
  if (redirect?.scheme !== 'https') return false;
  const { authority, uri, prefixRewrite, port } = redirect;
  return !authority && !uri && !prefixRewrite && (port === undefined || port === 443);
}

/** Where a redirect is written: in a VirtualService, or as a filter of a rule of the Gateway API. */
export function placeOfRedirect({ virtualService: { semantics }, route: { field } }: HttpsRedirect): Field {
  if (semantics !== 'gateway') return field.child('redirect').key;
  const rule = field.resource.at(field.path.slice(0, 3));
  const filters = rule.child('filters').items() as Field[];
  return filters.find((each) => (each.value as HTTPRouteFilter).requestRedirect)?.child('requestRedirect').key ?? rule;
}
