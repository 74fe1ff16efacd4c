/** The configuration of the mesh, wherever it stands: in an IstioOperator, or in the ConfigMap of istiod. */
import type {
  MeshConfig,
  MeshConfigDefaultTrafficPolicy,
  MeshConfigServiceSettings,
  MeshConfigTLSConfig,
} from '../../kinds/mesh';
import { all, each, fields, isFilled, spelt } from '../checks';
import type { Check } from '../part';
import { meshConnectionPool } from '../traffic/connection-pool';
import { localityLbSetting, zoneAwareLbSetting } from '../traffic/locality';
import { outlierDetection } from '../traffic/outlier-detection';
import { host, isLabel } from '../values/hosts';
import { duration, nanosecondsOf, port, wholeMilliseconds } from '../values/numbers';
import { extensionProviders } from './extension-providers';
import { meshProxyConfig } from './mesh-proxy-config';

const HOUR = 3600e9;

/** istio: agent.ValidateConnectTimeout */
const connectTimeout: Check<string> = all(duration, (part) => {
  if ((nanosecondsOf(part.value) ?? 0) > HOUR) part.refuse(`"${part.value}" is more than 1h`, { reason: 'limit' });
});

/** Any whole number of milliseconds, 0 for none. istio: agent.ValidateProtocolDetectionTimeout */
const protocolDetectionTimeout: Check<string> = (part) => wholeMilliseconds(part, -Infinity);

/** Istio 1.4 took any text, and its own charts write an empty one: the domain of the cluster holds then. */
const FIRST_WITH_CHECKED_TRUST_DOMAIN = 24;

const trustDomain: Check<string> = (part) => {
  if (part.judged.minor >= FIRST_WITH_CHECKED_TRUST_DOMAIN) wellFormedTrustDomain(part);
};

/** istio: agent.ValidateTrustDomain */
const wellFormedTrustDomain = spelt((text) => {
  const labels = text.split('.');
  if (text === '') return { because: 'is empty; expected a trust domain such as "cluster.local"' };
  const bad = labels.find((label, index) => !(label === '' && index === labels.length - 1) && !isLabel(label));
  return bad === undefined
    ? undefined
    : { because: 'is not a valid trust domain: letters, digits and "-" are allowed between its dots' };
});

const noCurves: Check<MeshConfigTLSConfig> = (part) => {
  if (isFilled(part.value.ecdhCurves))
    part
      .at('ecdhCurves')
      .refuse('the curves of TLS within the mesh cannot be chosen; remove "ecdhCurves"', { on: 'key' });
};

const CURVES = ['', 'P-224', 'P-256', 'P-521', 'P-384', 'X25519', 'X25519Kyber768Draft00', 'X25519MLKEM768'];

/** istio: agent.ValidateMeshTLSDefaults */
const knownCurves: Check<MeshConfigTLSConfig> = (part) => {
  const seen = new Set<string>();
  for (const curve of part.at('ecdhCurves').items()) {
    if (!CURVES.includes(curve.value))
      curve.doubt(`unknown curve "${curve.value}"; known values: ${CURVES.slice(1).join(', ')}`);
    else if (seen.has(curve.value)) curve.doubt(`duplicate curve "${curve.value}"`);
    seen.add(curve.value);
  }
};

/** istio: agent.ValidateMeshConfig */
export const meshConfig = fields<MeshConfig>({
  proxyListenPort: port,
  connectTimeout,
  protocolDetectionTimeout,
  defaultConfig: meshProxyConfig,
  localityLbSetting: localityLbSetting('with ejection'),
  zoneAwareLbSetting: zoneAwareLbSetting('with ejection'),
  serviceSettings: each(fields<MeshConfigServiceSettings>({ hosts: each(host) })),
  trustDomain,
  trustDomainAliases: each(trustDomain),
  extensionProviders,
  meshMTLS: noCurves,
  tlsDefaults: knownCurves,
  defaultTrafficPolicy: fields<MeshConfigDefaultTrafficPolicy>({
    connectionPool: meshConnectionPool,
    outlierDetection,
  }),
});
