/** The TLS that a server of a Gateway ends. */
import { CIPHER_SUITES } from '../../schema/facts/cipher-suites';
import type {
  CertificateValidationContext,
  CommonTlsContext,
  DownstreamTlsContext,
  SdsSecretConfig,
  TlsParameters,
} from '../../envoy/config';
import type { ServerTLSSettings } from '../../schema/kinds/networking';
import type { Push } from '../context';
import { providerCluster } from '../provider-cluster';
import {
  type SecretServer,
  certificateInFiles,
  credential,
  credentialRoot,
  meshCertificate,
  meshRoot,
  rootInFile,
} from '../secrets';
import { ALPN } from './mtls';

/** istio: BuildListenerTLSContext */
export function serverTls(push: Push, tls: ServerTLSSettings, protocol: 'http' | 'tcp'): DownstreamTlsContext {
  const isMesh = tls.mode === 'ISTIO_MUTUAL';
  const parameters = isMesh ? {} : tlsParameters(push, tls);
  return {
    commonTlsContext: {
      alpnProtocols: [...ALPN[isMesh ? protocol : 'http']],
      ...(Object.keys(parameters).length > 0 && { tlsParams: parameters }),
      ...certificates(push, tls),
    },
    requireClientCertificate: isMesh || tls.mode === 'MUTUAL',
  };
}

function certificates(push: Push, tls: ServerTLSSettings): CommonTlsContext {
  if (tls.mode === 'ISTIO_MUTUAL')
    return { tlsCertificateSdsSecretConfigs: [meshCertificate], ...validated(tls, withFiles(tls), meshRoot) };
  const { credentialName, credentialNames = [] } = tls;
  if (credentialNames.length > 0 || credentialName) return fromCredentials(push, tls);
  return {
    tlsCertificateSdsSecretConfigs: certificateFiles(tls),
    ...validated(tls, withFiles(tls), tls.caCertificates ? rootInFile(tls.caCertificates) : meshRoot),
  };
}

/** Whether clients are asked for a certificate, which may be optional. */
const asksClients = ({ mode }: ServerTLSSettings): boolean =>
  mode === 'MUTUAL' || mode === 'OPTIONAL_MUTUAL' || mode === 'ISTIO_MUTUAL';

function validated(
  tls: ServerTLSSettings,
  context: CertificateValidationContext,
  root: SdsSecretConfig,
): CommonTlsContext {
  if (!asksClients(tls)) return {};
  return {
    combinedValidationContext: { defaultValidationContext: context, validationContextSdsSecretConfig: root },
  };
}

const exactly = ({ subjectAltNames = [] }: ServerTLSSettings): CertificateValidationContext =>
  subjectAltNames.length > 0 ? { matchSubjectAltNames: subjectAltNames.map((exact) => ({ exact })) } : {};

const leniently = ({ insecureSkipVerify }: ServerTLSSettings): CertificateValidationContext =>
  insecureSkipVerify ? { trustChainVerification: 'ACCEPT_UNTRUSTED' } : {};

/** istio: ApplyToCommonTLSContext */
const withFiles = (tls: ServerTLSSettings): CertificateValidationContext => ({
  ...exactly(tls),
  ...(tls.caCrl && { crl: { filename: tls.caCrl } }),
  ...leniently(tls),
});

function certificateFiles({
  tlsCertificates = [],
  serverCertificate,
  privateKey,
}: ServerTLSSettings): SdsSecretConfig[] {
  const files = tlsCertificates.length > 0 ? tlsCertificates : [{ serverCertificate, privateKey }];
  return files.map(({ serverCertificate: certificate, privateKey: key }) =>
    certificate && key ? certificateInFiles(certificate, key) : meshCertificate,
  );
}

/** istio: ApplyCredentialSDSToServerCommonTLSContext */
function fromCredentials(push: Push, tls: ServerTLSSettings): CommonTlsContext {
  const { credentialName = '', credentialNames = [], caCertCredentialName } = tls;
  const names = credentialNames.length > 0 ? credentialNames : [credentialName];
  const server = secretServer(push);
  const root = caCertCredentialName ? credential(caCertCredentialName, server) : credentialRoot(names[0]!, server);
  const context = {
    ...exactly(tls),
    ...(tls.verifyCertificateSpki?.length && { verifyCertificateSpki: tls.verifyCertificateSpki }),
    ...(tls.verifyCertificateHash?.length && { verifyCertificateHash: tls.verifyCertificateHash }),
    ...leniently(tls),
  };
  return {
    tlsCertificateSdsSecretConfigs: names.map((name) => credential(name, server)),
    ...(asksClients(tls)
      ? validated(tls, context, root)
      : tls.subjectAltNames?.length && { validationContext: exactly(tls) }),
  };
}

/** Where secrets whose names begin with `sds://` are, where MeshConfig says so. */
function secretServer({ mesh, meshConfig }: Push): SecretServer | undefined {
  const { sds } = meshConfig.extensionProviders.find((provider) => provider.sds) ?? {};
  const found = sds && providerCluster(mesh, sds.service, sds.port);
  return found && { cluster: found.cluster, authority: found.hostname };
}

/** The mesh's, and over them the server's own. istio: applyDownstreamTLSDefaults, applyServerTLSSettings */
function tlsParameters({ meshConfig }: Push, tls: ServerTLSSettings): TlsParameters {
  const { minProtocolVersion, ecdhCurves, cipherSuites } = meshConfig.tlsDefaults ?? {};
  const own = usableCiphers(tls.cipherSuites);
  return {
    ...(ecdhCurves?.length && { ecdhCurves }),
    ...(cipherSuites?.length && { cipherSuites }),
    ...version('tlsMinimumProtocolVersion', minProtocolVersion),
    ...version('tlsMinimumProtocolVersion', tls.minProtocolVersion),
    ...(own.length > 0 && { cipherSuites: own }),
    ...version('tlsMaximumProtocolVersion', tls.maxProtocolVersion),
  };
}

/** Istio writes versions in capitals, Envoy does not. */
const version = (name: 'tlsMinimumProtocolVersion' | 'tlsMaximumProtocolVersion', value = 'TLS_AUTO'): TlsParameters =>
  value === 'TLS_AUTO' ? {} : { [name]: value.replace('TLSV', 'TLSv') };

/** Those that Envoy would not refuse; operators such as `-ALL` are passed on. istio: security.FilterCipherSuites */
const usableCiphers = (suites: readonly string[] = []): string[] => [
  ...new Set(suites.filter((suite) => suite === 'ALL' || !/^[\p{L}\p{N}]/u.test(suite) || CIPHER_SUITES.has(suite))),
];
