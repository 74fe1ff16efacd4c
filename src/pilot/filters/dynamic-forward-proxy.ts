/** Resolves the names that clients ask for when they ask, in HTTP by the authority, in TLS by the server name. */
import type { HttpFilter, NetworkFilter } from '../../envoy/config';
import type { Service } from '../../mesh/services/service';
import { message } from '../message';

/** istio: model.BuildDNSCacheName */
const dnsCache = ({ hostname }: Service): object => ({ name: `${hostname}_dfp_dns_cache` });

const httpFilter = (dnsCacheConfig: object): HttpFilter => ({
  name: 'envoy.filters.http.dynamic_forward_proxy',
  typedConfig: message('envoy.extensions.filters.http.dynamic_forward_proxy.v3.FilterConfig', { dnsCacheConfig }),
});

/** For the hosts that a wildcard of a ServiceEntry covers. istio: filters.BuildSidecarOutboundDynamicForwardProxyFilter */
export const dynamicForwardProxy = (service: Service): HttpFilter =>
  httpFilter({ ...dnsCache(service), dnsLookupFamily: 'V4_ONLY' });

/** For every host that is not known. istio: buildAllowAnyDynamicDNSHTTPForwardProxyFilter */
export const dynamicForwardProxyForAny: HttpFilter = httpFilter({
  name: 'allow_any_dfp_dns_cache',
  dnsLookupFamily: 'V4_ONLY',
  maxHosts: 1024,
});

/** istio: buildSNIDFPFilter */
export const sniDynamicForwardProxy = (service: Service, port: number): NetworkFilter => ({
  name: SNI_DYNAMIC_FORWARD_PROXY,
  typedConfig: message('envoy.extensions.filters.network.sni_dynamic_forward_proxy.v3.FilterConfig', {
    dnsCacheConfig: { ...dnsCache(service), dnsLookupFamily: 'V4_ONLY' },
    portValue: port,
  }),
});

/** Reads the server name, so the listener must inspect TLS. */
export const SNI_DYNAMIC_FORWARD_PROXY = 'envoy.extensions.filters.network.sni_dynamic_forward_proxy';
