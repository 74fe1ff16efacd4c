/** MeshConfig and MeshNetworks as the control plane would have them: what the input says over Istio's defaults. */
import type { MeshConfig as WrittenMeshConfig, MeshNetworks, MeshProxyConfig } from '../../schema/kinds/mesh';
import type { Field } from '../../source/field';
import { valueAt } from '../../source/path';
import { UnreadableYaml, loadValue } from '../../source/values';
import { readMessage } from '../admission';
import { perMesh } from '../memo';
import type { Mesh } from '../mesh';
import { own } from '../../source/own';

/** istio: mesh.DefaultProxyConfig */
const DEFAULT_PROXY_CONFIG = {
  configPath: './etc/istio/proxy',
  serviceCluster: 'istio-proxy',
  drainDuration: '45s',
  terminationDrainDuration: '5s',
  proxyAdminPort: 15000,
  controlPlaneAuthPolicy: 'MUTUAL_TLS',
  discoveryAddress: 'istiod.istio-system.svc:15012',
  binaryPath: '/usr/local/bin/envoy',
  statNameLength: 189,
  statusPort: 15020,
} satisfies MeshProxyConfig;

/** istio: mesh.DefaultMeshConfig */
const DEFAULTS = {
  enableTracing: true,
  accessLogFile: '',
  accessLogEncoding: 'TEXT',
  accessLogFormat: '',
  enableEnvoyAccessLogService: false,
  protocolDetectionTimeout: '0s',
  ingressService: 'istio-ingressgateway',
  ingressControllerMode: 'STRICT',
  ingressClass: 'istio',
  trustDomain: 'cluster.local',
  trustDomainAliases: [] as string[],
  enableAutoMtls: true,
  outboundTrafficPolicy: { mode: 'ALLOW_ANY' },
  inboundTrafficPolicy: { mode: 'PASSTHROUGH' },
  localityLbSetting: { enabled: true },
  defaultConfig: DEFAULT_PROXY_CONFIG,
  rootNamespace: 'istio-system',
  proxyListenPort: 15001,
  proxyInboundListenPort: 15006,
  connectTimeout: '10s',
  defaultServiceExportTo: ['*'],
  defaultVirtualServiceExportTo: ['*'],
  defaultDestinationRuleExportTo: ['*'],
  dnsRefreshRate: '60s',
  enablePrometheusMerge: true,
  defaultProviders: {},
  extensionProviders: [
    { name: 'prometheus', prometheus: {} },
    { name: 'stackdriver', stackdriver: {} },
    { name: 'envoy', envoyFileAccessLog: { path: '/dev/stdout' } },
  ],
} satisfies WrittenMeshConfig;

/** Automatic mutual TLS was off by default before Istio 1.5. */
const DEFAULTS_OF_1_4 = { enableAutoMtls: false } satisfies WrittenMeshConfig;

/** MeshConfig with everything that Istio gives a default. */
export type MeshConfig = WrittenMeshConfig & Required<Pick<WrittenMeshConfig, keyof typeof DEFAULTS>>;

/** Where a MeshConfig or MeshNetworks was found; an `unreadable` one is not used. */
export interface MeshConfigSource {
  readonly value: unknown;
  /** Absent where it was given as an option. */
  readonly field?: Field;
  readonly unreadable?: UnreadableYaml;
}

/** The MeshConfig in force. */
export const meshConfig: (mesh: Mesh) => MeshConfig = perMesh((mesh) => {
  const { value, installed } = meshConfigSource(mesh) ?? {};
  const given = withTrustDomain(readMessage('MeshConfig', value, mesh.release) ?? {});
  return overDefaults(given, { ...(mesh.release === '1.4' && DEFAULTS_OF_1_4), ...installed });
});

/** The MeshNetworks in force. */
export const meshNetworks: (mesh: Mesh) => MeshNetworks = perMesh(
  (mesh) => readMessage('MeshNetworks', meshNetworksSource(mesh)?.value, mesh.release) ?? {},
);

/** The namespace whose policies hold for the whole mesh. */
export const rootNamespace = (mesh: Mesh): string => meshConfig(mesh).rootNamespace;

/** The MeshConfig as written: the option, else the ConfigMap of the control plane, else an IstioOperator. */
export const meshConfigSource: (mesh: Mesh) => (MeshConfigSource & { installed?: WrittenMeshConfig }) | undefined =
  perMesh((mesh) => {
    if (mesh.meshConfig !== undefined) return { value: unwrapped(mesh.meshConfig) };
    return inConfigMap(mesh, 'mesh') ?? inOperator(mesh);
  });

/** The MeshNetworks as written. */
export const meshNetworksSource: (mesh: Mesh) => MeshConfigSource | undefined = perMesh((mesh) => {
  if (mesh.meshNetworks !== undefined) return { value: mesh.meshNetworks };
  return inConfigMap(mesh, 'meshNetworks');
});

/** An empty trust domain, as the installation of Istio 1.4 writes it, is that of the cluster. */
const withTrustDomain = ({ trustDomain, ...given }: WrittenMeshConfig): WrittenMeshConfig =>
  trustDomain ? { trustDomain, ...given } : given;

/** istio: mesh.ApplyMeshConfig */
function overDefaults(given: WrittenMeshConfig, installed: WrittenMeshConfig = {}): MeshConfig {
  const base: MeshConfig = { ...DEFAULTS, ...installed };
  const providers = new Map(base.extensionProviders.map((provider) => [provider.name ?? '', provider]));
  for (const provider of given.extensionProviders ?? []) providers.set(provider.name ?? '', provider);
  return {
    ...base,
    ...given,
    defaultConfig: overProxyConfig(base.defaultConfig, given.defaultConfig ?? {}),
    defaultProviders: { ...base.defaultProviders, ...given.defaultProviders },
    extensionProviders: [...providers.values()],
    trustDomainAliases: [...new Set(given.trustDomainAliases)].sort(),
  };
}

/** One ProxyConfig over another: maps of metadata and headers are merged, everything else is replaced. istio: mesh.MergeProxyConfig */
export function overProxyConfig(base: MeshProxyConfig, over: MeshProxyConfig): MeshProxyConfig {
  const merged: MeshProxyConfig = { ...base, ...over };
  if (base.proxyMetadata) merged.proxyMetadata = { ...base.proxyMetadata, ...over.proxyMetadata };
  if (over.proxyHeaders && base.proxyHeaders) merged.proxyHeaders = { ...base.proxyHeaders, ...over.proxyHeaders };
  return merged;
}

/** The ProxyConfig in a pod's annotation `proxy.istio.io/config`; undefined where it cannot be read. */
export const readProxyConfig = (mesh: Mesh, yaml: string): MeshProxyConfig | undefined =>
  readMessage('MeshProxyConfig', readEmbedded(yaml).value, mesh.release);

function inConfigMap(mesh: Mesh, key: string): MeshConfigSource | undefined {
  const candidates = mesh
    .all('ConfigMap')
    .filter(({ name, value }) => (name === 'istio' || name.startsWith('istio-')) && own(value.data, key) !== undefined);
  const chosen =
    candidates.find(({ name, namespace }) => name === 'istio' && namespace === 'istio-system') ??
    candidates.find(({ name }) => name === 'istio') ??
    candidates[0];
  if (!chosen) return undefined;
  return { ...readEmbedded(own(chosen.value.data, key) ?? ''), field: chosen.at(['data', key]) };
}

function readEmbedded(yaml: string): Omit<MeshConfigSource, 'field'> {
  try {
    return { value: loadValue(yaml) };
  } catch (error) {
    if (!(error instanceof UnreadableYaml)) throw error;
    return { value: undefined, unreadable: error };
  }
}

/** What the installation would write into the ConfigMap: its own values, and over them those of the IstioOperator. */
function inOperator(mesh: Mesh): (MeshConfigSource & { installed: WrittenMeshConfig }) | undefined {
  const [operator] = mesh.all('IstioOperator');
  if (!operator) return undefined;
  const namespace = operator.value.spec?.namespace ?? 'istio-system';
  const installed = {
    rootNamespace: namespace,
    defaultProviders: { metrics: ['prometheus'] },
    defaultConfig: { ...DEFAULT_PROXY_CONFIG, discoveryAddress: `istiod.${namespace}.svc:15012` },
  };
  const field = operator.at(['spec', 'meshConfig']);
  return { value: field.value, field, installed };
}

/** The MeshConfig that a ConfigMap or an IstioOperator carries; undefined where the object is neither, or carries none. */
export function meshConfigIn(object: unknown): unknown {
  const kind = valueAt(object, ['kind']);
  if (kind === 'IstioOperator') return valueAt(object, ['spec', 'meshConfig']);
  const yaml = kind === 'ConfigMap' ? valueAt(object, ['data', 'mesh']) : undefined;
  return typeof yaml === 'string' ? readEmbedded(yaml).value : undefined;
}

/** A MeshConfig may be handed over inside the object that carries it. */
const unwrapped = (given: unknown): unknown => (valueAt(given, ['kind']) === undefined ? given : meshConfigIn(given));
