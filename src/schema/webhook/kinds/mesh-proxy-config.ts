import type {
  MeshPrivateKeyProvider,
  MeshProxyConfig,
  MeshProxyConfigConnectionSettings,
  MeshRemoteService,
  MeshTracing,
  MeshTracingLightstep,
} from '../../kinds/mesh';
import { isAddress } from '../../ip';
import { all, fields, missing, unlessEmpty } from '../checks';
import type { Check } from '../part';
import { clientTls } from '../traffic/client-tls';
import { splitHostPort, wholeNumber } from '../values/addresses';
import { isFqdn } from '../values/hosts';
import { isPort, nanosecondsOf, port, wholeSeconds } from '../values/numbers';

/** A host and a port. istio: agent.ValidateProxyAddress */
const proxyAddress: Check<string> = (part) => {
  const why = whyNoAddress(part.value);
  if (why) part.refuse(`"${part.value}" ${why}`, { reason: 'format' });
};

function whyNoAddress(text: string): string | undefined {
  const [host, digits = ''] = splitHostPort(text) ?? [];
  if (host === undefined) return 'is not of the form "host:port"';
  if (!isPort(wholeNumber(digits) ?? 0)) return `has no port between 1 and 65535 behind its ":"`;
  return isFqdn(host) || isAddress(host)
    ? undefined
    : 'has neither an IP address nor the name of a host in front of its ":"';
}

/** As proxyAddress; the address of the node may stand in for the host. */
const tracerAddress: Check<string> = (part) => proxyAddress(part.as(part.value.replace('$(HOST_IP)', '127.0.0.1')));

const needed: Check<string> = (part) => {
  if (part.value === '') part.refuse(`"${part.key}" must not be empty`, { reason: 'missing-field' });
};

const tracer = fields<{ address?: string }>({ address: tracerAddress }, (part) => {
  if (part.value.address === undefined) missing(part, 'address');
});

/** istio: agent.ValidateLightstepCollector */
const lightstep = fields<MeshTracingLightstep>({ address: proxyAddress }, (part) => {
  for (const name of ['address', 'accessToken'] as const) if (part.value[name] === undefined) missing(part, name);
  if (part.value.accessToken === '') missing(part, 'accessToken');
});

const tracing = fields<MeshTracing>({ lightstep, zipkin: tracer, datadog: tracer, tlsSettings: clientTls });

/** istio: agent.validatePrivateKeyProvider */
const privateKeyProvider: Check<MeshPrivateKeyProvider> = (part) => {
  const { cryptomb, qat } = part.value;
  const provider = part.at(qat ? 'qat' : 'cryptomb');
  if (!cryptomb && !qat) part.refuse('no provider is given; set "cryptomb" or "qat"', { on: 'key' });
  else if (provider.value?.pollDelay === undefined) missing(provider, 'pollDelay');
  else if (nanosecondsOf(provider.value.pollDelay) === 0) provider.at('pollDelay').refuse('the delay must not be 0');
};

const atLeast =
  (least: number): Check<number> =>
  (part) => {
    if (part.value < least) part.refuse(`${part.value} is less than ${least}`, { reason: 'limit' });
  };

const notNegative: Check<string> = (part) => {
  if ((nanosecondsOf(part.value) ?? 0) < 0) part.refuse(`"${part.value}" is less than 0`, { reason: 'limit' });
};

const SMALLEST_WINDOW = 65_535;

/** istio: agent.validateConnectionSettings */
const connectionSettings = fields<MeshProxyConfigConnectionSettings>({
  listenerPerConnectionBufferLimitBytes: atLeast(0),
  clusterPerConnectionBufferLimitBytes: atLeast(0),
  httpIdleTimeout: notNegative,
  httpMaxConnectionDuration: notNegative,
  httpDrainTimeout: notNegative,
  httpRequestTimeout: notNegative,
  httpRequestHeadersTimeout: notNegative,
  httpStreamIdleTimeout: notNegative,
  httpMaxStreamDuration: notNegative,
  httpMaxConcurrentStreams: atLeast(1),
  http2InitialStreamWindowSize: atLeast(SMALLEST_WINDOW),
  http2InitialConnectionWindowSize: atLeast(SMALLEST_WINDOW),
  listenerConnectionLimit: atLeast(1),
  globalDownstreamConnectionLimit: atLeast(1),
});

const remoteService = fields<MeshRemoteService>({ address: unlessEmpty(proxyAddress) });

const AUTO_ALLOCATE = 'ISTIO_META_DNS_AUTO_ALLOCATE';

const proxyMetadata: Check<Record<string, string>> = (part) => {
  if (Object.hasOwn(part.value, AUTO_ALLOCATE))
    part
      .at(AUTO_ALLOCATE)
      .doubt(`"${AUTO_ALLOCATE}" is deprecated: istiod now allocates the addresses of ServiceEntries`, { on: 'key' });
};

/** istio: agent.ValidateMeshConfigProxyConfig */
export const meshProxyConfig = fields<MeshProxyConfig>({
  configPath: needed,
  binaryPath: needed,
  serviceCluster: needed,
  drainDuration: wholeSeconds,
  discoveryAddress: all(needed, unlessEmpty(proxyAddress)),
  tracing,
  statsdUdpAddress: unlessEmpty(proxyAddress),
  envoyMetricsServiceAddress: unlessEmpty(proxyAddress),
  proxyMetadata,
  envoyMetricsService: remoteService,
  envoyAccessLogService: remoteService,
  proxyAdminPort: port,
  controlPlaneAuthPolicy: (part) => {
    if (part.value === 'INHERIT')
      part.refuse('"INHERIT" is not a policy; "NONE" and "MUTUAL_TLS" are', { reason: 'enum' });
  },
  statusPort: port,
  privateKeyProvider,
  connectionSettings,
});
