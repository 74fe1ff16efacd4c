/** The TLS with which a sidecar takes connections from others of the mesh. */
import type { DownstreamTlsContext } from '../../envoy/config';
import type { MtlsMode } from '../../mesh/policies/authentication';
import type { Push } from '../context';
import { meshCertificate, meshRoot } from '../secrets';

/** istio: authn utils.SupportedCiphers */
const CIPHERS = [
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-RSA-AES256-GCM-SHA384',
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-RSA-AES128-GCM-SHA256',
  'AES256-GCM-SHA384',
  'AES128-GCM-SHA256',
];

/** What TCP and HTTP offer to those who connect; HTTP/2 must be agreed on, so `istio` is not offered. */
export const ALPN = {
  http: ['h2', 'http/1.1'],
  tcp: ['istio-peer-exchange', 'h2', 'http/1.1'],
} as const;

/** istio: authn utils.BuildInboundTLS */
export function inboundTls(
  { meshConfig }: Push,
  mode: MtlsMode,
  protocol: 'http' | 'tcp',
): DownstreamTlsContext | undefined {
  if (mode === 'DISABLE') return undefined;
  const { minProtocolVersion, cipherSuites } = meshConfig.meshMTLS ?? {};
  return {
    commonTlsContext: {
      alpnProtocols: [...ALPN[protocol]],
      tlsParams: {
        cipherSuites: cipherSuites ?? CIPHERS,
        tlsMinimumProtocolVersion: minProtocolVersion === 'TLSV1_3' ? 'TLSv1_3' : 'TLSv1_2',
        tlsMaximumProtocolVersion: 'TLSv1_3',
      },
      tlsCertificateSdsSecretConfigs: [meshCertificate],
      combinedValidationContext: {
        defaultValidationContext: {
          matchSubjectAltNames: trustDomains(meshConfig).map((domain) => ({ prefix: `spiffe://${domain}/` })),
        },
        validationContextSdsSecretConfig: meshRoot,
      },
    },
    requireClientCertificate: true,
  };
}

/** The trust domains whose certificates are accepted. istio: authn.TrustDomainsForValidation */
export function trustDomains({ trustDomain, trustDomainAliases, caCertificates = [] }: Push['meshConfig']): string[] {
  const others = caCertificates.flatMap((certificate) => certificate.trustDomains ?? []);
  return [...new Set([trustDomain, ...trustDomainAliases, ...others])].filter((domain) => domain !== '');
}
