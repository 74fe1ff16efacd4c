import type { HttpConnectionManager, HttpFilter } from '../config';
import { contentOf, typeOf } from '../run/typed';
import { perObject } from '../run/lookup';
import { cors } from './filters/cors';
import { extAuthz } from './filters/ext-authz';
import { fault } from './filters/fault';
import { headerMutation } from './filters/header-mutation';
import { localRateLimit } from './filters/local-rate-limit';
import { lua } from './filters/lua';
import { rbac } from './filters/rbac';
import { setFilterState } from './filters/set-filter-state';
import type { HttpFilterKind, Link } from './http-filter';
import { jwtAuthn } from './jwt/filter';
import { own } from '../own';

const PREFIX = 'envoy.extensions.filters.http.';

const KINDS: Readonly<Record<string, HttpFilterKind>> = {
  [`${PREFIX}cors.v3.Cors`]: cors,
  [`${PREFIX}ext_authz.v3.ExtAuthz`]: extAuthz,
  [`${PREFIX}fault.v3.HTTPFault`]: fault,
  [`${PREFIX}header_mutation.v3.HeaderMutation`]: headerMutation,
  [`${PREFIX}jwt_authn.v3.JwtAuthentication`]: jwtAuthn,
  [`${PREFIX}local_ratelimit.v3.LocalRateLimit`]: localRateLimit,
  [`${PREFIX}lua.v3.Lua`]: lua,
  [`${PREFIX}rbac.v3.RBAC`]: rbac,
  [`${PREFIX}set_filter_state.v3.Config`]: setFilterState,
};

// Filters that count, log, resolve names, or tell other proxies about the workload, and leave routing as it is.
const PASSIVE = new Set([
  `${PREFIX}dynamic_forward_proxy.v3.FilterConfig`,
  `${PREFIX}grpc_stats.v3.FilterConfig`,
  `${PREFIX}grpc_web.v3.GrpcWeb`,
  'io.istio.http.peer_metadata.Config',
  'istio.envoy.config.filter.http.alpn.v2alpha1.FilterConfig',
  'stats.PluginConfig',
]);

const ROUTER = `${PREFIX}router.v3.Router`;

/** The filters of a manager in their order. */
export const linksOf = perObject(({ httpFilters = [] }: HttpConnectionManager): Link[] => httpFilters.map(linkOf));

function linkOf(object: HttpFilter): Link {
  const type = typeOf(object.typedConfig);
  const config = contentOf(object.typedConfig);
  return { object, name: object.name ?? '', config, kind: kindOf(type, object.name) };
}

function kindOf(type: string, name: string | undefined): Link['kind'] {
  if (type === ROUTER || name === 'envoy.filters.http.router') return 'router';
  return own(KINDS, type) ?? (PASSIVE.has(type) ? 'passive' : 'unknown');
}
