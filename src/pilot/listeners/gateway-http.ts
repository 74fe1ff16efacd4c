import type { HttpConnectionManager } from '../../envoy/config';
import type { Push } from '../context';
import { serverSettings } from '../http-connection-manager';
import { acceptsHttp10 } from '../node-settings';
import { proxyConfig } from '../proxy-headers';

/** What the connection managers of gateways set: whom they trust, and what they tell of clients' certificates. istio: buildGatewayConnectionManager */
export function gatewaySettings(push: Push): HttpConnectionManager {
  const { numTrustedProxies, forwardClientCertDetails = 'UNDEFINED' } = proxyConfig(push).gatewayTopology ?? {};
  const forwarded = forwardClientCertDetails === 'UNDEFINED' ? 'SANITIZE_SET' : forwardClientCertDetails;
  const tells = forwarded === 'APPEND_FORWARD' || forwarded === 'SANITIZE_SET';
  return {
    ...serverSettings(push, 'gateway'),
    ...(numTrustedProxies && { xffNumTrustedHops: numTrustedProxies }),
    ...(forwarded !== 'SANITIZE' && { forwardClientCertDetails: forwarded }),
    ...(tells && { setCurrentClientCertDetails: { subject: true, cert: true, dns: true, uri: true } }),
    httpProtocolOptions: acceptsHttp10(push),
  };
}
