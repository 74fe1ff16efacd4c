import type {
  LoadBalancerSettings,
  LoadBalancerSettingsConsistentHashLB,
  LoadBalancerSettingsConsistentHashLBHTTPCookie,
  LoadBalancerSettingsConsistentHashLBHTTPCookieAttribute,
  LoadBalancerSettingsConsistentHashLBMagLev,
  WarmupConfiguration,
} from '../../kinds/networking';
import { all, each, fields, needs, unique } from '../checks';
import type { Check } from '../part';
import { anyDuration, duration } from '../values/numbers';
import { type Beside, localityLbSetting, zoneAwareLbSetting } from './locality';

const cookie = fields<LoadBalancerSettingsConsistentHashLBHTTPCookie>(
  {
    attributes: all(
      each(needs<LoadBalancerSettingsConsistentHashLBHTTPCookieAttribute>('name')),
      unique('attribute', ({ name }) => name || undefined),
    ),
    ttl: anyDuration,
  },
  needs('name'),
);

const LARGEST_TABLE = 5_000_011;

const tableSize: Check<number> = (part) => {
  const { value } = part;
  if (value === 0) part.refuse('the size of the table must not be 0', { reason: 'limit' });
  else if (value >= LARGEST_TABLE) part.refuse(`${value} is not less than ${LARGEST_TABLE}`, { reason: 'limit' });
  else if (!isPrime(value))
    part.refuse(`${value} is not a prime number; ${primeAbove(value)} is`, {
      suggestion: { replaceValue: primeAbove(value) },
    });
};

/** envoy: Primes::isPrime */
function isPrime(number: number): boolean {
  if (number < 4) return number !== 0;
  if (number % 2 === 0) return false;
  for (let factor = 3; factor * factor <= number; factor += 2) if (number % factor === 0) return false;
  return true;
}

const primeAbove = (number: number): number => (isPrime(number) ? number : primeAbove(number + 1));

const ringSize: Check<LoadBalancerSettingsConsistentHashLB> = (part) => {
  const { minimumRingSize = 0, ringHash, maglev } = part.value;
  if (minimumRingSize === 0) return;
  const place = part.at('minimumRingSize');
  const other = ringHash ? 'ringHash' : maglev ? 'maglev' : undefined;
  if (other)
    place.refuse(`"minimumRingSize" and "${other}" are mutually exclusive`, { on: 'key', reason: 'exclusive' });
  else place.doubt('"minimumRingSize" is deprecated here; set it under "ringHash"', { on: 'key' });
};

const sizedTable: Check<LoadBalancerSettingsConsistentHashLB> = (part) => {
  const { maglev } = part.value;
  if (maglev && maglev.tableSize === undefined)
    part.at('maglev').refuse('"tableSize" is missing: maglev needs a prime number', { reason: 'missing-field' });
};

const consistentHash = fields<LoadBalancerSettingsConsistentHashLB>(
  { httpCookie: cookie, maglev: fields<LoadBalancerSettingsConsistentHashLBMagLev>({ tableSize }) },
  ringSize,
  sizedTable,
);

const warmup = fields<WarmupConfiguration>(
  {
    duration,
    minimumPercent: (part) => {
      if (part.value > 100) part.refuse(`${part.value} is more than 100`, { reason: 'limit' });
    },
    aggression: (part) => {
      if (part.value <= 0) part.refuse(`${part.value} is not more than 0`, { reason: 'limit' });
    },
  },
  needs('duration'),
);

const localityOrZone: Check<LoadBalancerSettings> = (part) => {
  if (part.value.localityLbSetting && part.value.zoneAwareLbSetting)
    part.at('zoneAwareLbSetting').refuse('"zoneAwareLbSetting" and "localityLbSetting" are mutually exclusive', {
      on: 'key',
      reason: 'exclusive',
    });
};

/** How a policy picks endpoints, which may need that it ejects failed ones. istio: validation.validateLoadBalancer */
export const loadBalancer = (beside: Beside): Check<LoadBalancerSettings> =>
  fields<LoadBalancerSettings>(
    {
      consistentHash,
      localityLbSetting: localityLbSetting(beside),
      zoneAwareLbSetting: zoneAwareLbSetting(beside),
      warmup,
    },
    localityOrZone,
  );
