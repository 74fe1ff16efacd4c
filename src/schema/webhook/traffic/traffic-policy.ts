import type {
  TrafficPolicy,
  TrafficPolicyPortTrafficPolicy,
  TrafficPolicyRetryBudget,
  TrafficPolicyTunnelSettings,
} from '../../kinds/networking';
import { isAddress } from '../../ip';
import { each, fields, losingWarnings, missing, misspelt } from '../checks';
import type { Check, Part } from '../part';
import { fqdn } from '../values/hosts';
import { anyDuration, port } from '../values/numbers';
import { clientTls } from './client-tls';
import { connectionPool } from './connection-pool';
import { loadBalancer } from './load-balancer';
import { outlierDetection } from './outlier-detection';

const SETTINGS = ['outlierDetection', 'connectionPool', 'loadBalancer', 'tls'] as const;

type Settings = Pick<TrafficPolicy, (typeof SETTINGS)[number]>;

const checked = { outlierDetection, connectionPool, tls: clientTls };
const withEjection = fields<Settings>({ ...checked, loadBalancer: loadBalancer('with ejection') });
const withoutEjection = fields<Settings>({ ...checked, loadBalancer: loadBalancer('without ejection') });

/** What a policy for all ports and one for a single port have in common. */
const settings: Check<Settings> = (part) => (part.value.outlierDetection ? withEjection : withoutEjection)(part);

const targetHost = (part: Part<string>): void => {
  const bad = isAddress(part.value) ? undefined : fqdn(part.value);
  if (bad) misspelt(part, part.value, bad);
};

/** istio: validation.validateTunnelSettings */
const tunnel = fields<TrafficPolicyTunnelSettings>(
  {
    protocol: (part) => {
      if (!['', 'CONNECT', 'POST'].includes(part.value))
        part.refuse(`"${part.value}" is neither "CONNECT" nor "POST"`, { reason: 'enum' });
    },
    targetHost,
    targetPort: port,
  },
  (part) => {
    if (part.value.targetHost === undefined) missing(part, 'targetHost');
    if (part.value.targetPort === undefined) missing(part, 'targetPort');
  },
);

/** istio: validation.validatePortTrafficPolicies */
const portPolicy: Check<TrafficPolicyPortTrafficPolicy> = (part) => {
  if (!part.value.port) missing(part, 'port');
  if (SETTINGS.some((name) => part.value[name])) settings(part);
  else part.refuse(`trafficPolicy is empty; set one of ${SETTINGS.map((name) => `"${name}"`).join(', ')}`);
};

const OTHERS = ['tunnel', 'proxyProtocol', 'retryBudget'] as const;

/** istio: validation.validateTrafficPolicy */
export const trafficPolicy: Check<TrafficPolicy> = (part) => {
  const { portLevelSettings = [], tunnel: through, proxyProtocol } = part.value;
  if (![...SETTINGS, ...OTHERS].some((name) => part.value[name]) && portLevelSettings.length === 0)
    return part.refuse('trafficPolicy is empty; remove it or set one of its fields');
  if (through && proxyProtocol)
    part
      .at('proxyProtocol')
      .refuse('"proxyProtocol" and "tunnel" are mutually exclusive', { on: 'key', reason: 'exclusive' });
  settings(part);
  others(part);
};

const others = fields<TrafficPolicy>({
  portLevelSettings: each(losingWarnings(portPolicy)),
  tunnel,
  retryBudget: fields<TrafficPolicyRetryBudget>({ budgetInterval: anyDuration }),
});
