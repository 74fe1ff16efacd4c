/** The names under which proxies fetch certificates. */
import type { ConfigSource, SdsSecretConfig } from '../envoy/config';

const DEFAULT = 'default';
const ROOT = 'ROOTCA';
const CA_SUFFIX = '-cacert';

const WITH_TYPE = ['kubernetes://', 'kubernetes-gateway://', 'configmap://'];

/** The agent beside the proxy, which keeps the mesh's own certificates and reads those in files. */
const AGENT: ConfigSource = agent('sds-grpc');

function agent(clusterName: string): ConfigSource {
  return {
    apiConfigSource: {
      apiType: 'GRPC',
      setNodeOnFirstMessageOnly: true,
      transportApiVersion: 'V3',
      grpcServices: [{ envoyGrpc: { clusterName } }],
    },
    resourceApiVersion: 'V3',
  };
}

/** The certificates of the mesh, without which nothing works and which are therefore waited for. */
const AGENT_AT_LENGTH: ConfigSource = { ...AGENT, initialFetchTimeout: '0s' };

/** The control plane, which reads the Secrets of the cluster. */
const CONTROL_PLANE: ConfigSource = { ads: {}, resourceApiVersion: 'V3' };

/** What the agent beside the proxy knows by a name. istio: model.ConstructSdsSecretConfig */
const agentSecret = (name: string): SdsSecretConfig => ({
  name,
  sdsConfig: name === DEFAULT || name === ROOT ? AGENT_AT_LENGTH : AGENT,
});

/** The proxy's own certificate in the mesh. */
export const meshCertificate: SdsSecretConfig = agentSecret(DEFAULT);

/** What certificates of the mesh are checked against. */
export const meshRoot: SdsSecretConfig = agentSecret(ROOT);

/** A certificate and its key in files. istio: security.SdsCertificateConfig.GetResourceName */
export const certificateInFiles = (certificate: string, key: string): SdsSecretConfig =>
  agentSecret(`file-cert:${certificate}~${key}`);

/** Certificates of authorities in a file; `system` are those of the operating system. */
export const rootInFile = (path: string): SdsSecretConfig => agentSecret(`file-root:${path}`);

/** A server of secrets of the user's own, as an extension provider of MeshConfig declares it. */
export interface SecretServer {
  readonly cluster: string;
  readonly authority: string;
}

const EXTERNAL = 'sds://';

/**
 * What a `credentialName` leads to. istio: model.ConstructSdsSecretConfigForCredential
 * @param server of an extension provider; it is asked for names that begin with `sds://`
 */
export function credential(name: string, server?: SecretServer): SdsSecretConfig {
  if (name === 'builtin://') return meshCertificate;
  if (name === `builtin://${CA_SUFFIX}`) return meshRoot;
  if (!name.startsWith(EXTERNAL)) return inCluster(name);
  const ours = name.slice(EXTERNAL.length);
  return server ? { name: ours, sdsConfig: externalSource(server) } : inCluster(ours);
}

/** What the peer of a `credentialName` is checked against. */
export const credentialRoot = (name: string, server?: SecretServer): SdsSecretConfig =>
  credential(`${name}${CA_SUFFIX}`, server);

const inCluster = (name: string): SdsSecretConfig => ({ name: resourceName(name), sdsConfig: CONTROL_PLANE });

/** istio: credentials.ToResourceName */
function resourceName(name: string): string {
  if (name.startsWith('builtin://')) return DEFAULT;
  if (name.startsWith('invalid://')) return 'invalid://';
  return WITH_TYPE.some((type) => name.startsWith(type)) ? name : `kubernetes://${name}`;
}

function externalSource({ cluster, authority }: SecretServer): ConfigSource {
  return {
    apiConfigSource: {
      apiType: 'GRPC',
      setNodeOnFirstMessageOnly: true,
      transportApiVersion: 'V3',
      grpcServices: [{ envoyGrpc: { clusterName: cluster, ...(authority && { authority }) } }],
    },
    resourceApiVersion: 'V3',
  };
}
