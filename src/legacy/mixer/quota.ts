import { type Value, durationText, durationOf } from './expression/value';
import { momentText, momentOf } from './expression/moment';
import type { Built } from './instance';
import { type ParamFields, readParams } from './params';
import type { QuotaRequest, QuotaResult } from './result';
import { own } from '../../source/own';

/** How much is granted within a duration in nanoseconds; 0 stands for no end. */
export interface Limit {
  readonly maxAmount: number;
  readonly validDuration: number;
}

interface Override extends Limit {
  readonly dimensions?: Readonly<Record<string, string>>;
}

interface Quota extends Limit {
  readonly name: string;
  readonly overrides?: readonly Override[];
}

interface Quotas {
  readonly quotas: readonly Partial<Quota>[];
  readonly minDeduplicationDuration: number;
}

const OVERRIDE: ParamFields = {
  fields: { dimensions: { map: 'text' }, maxAmount: 'integer', validDuration: 'duration' },
};

/** The parameters of the adapter memquota. */
export const MEMQUOTA_PARAMS: ParamFields = {
  fields: {
    quotas: {
      list: {
        fields: { name: 'text', maxAmount: 'integer', validDuration: 'duration', overrides: { list: OVERRIDE } },
      },
    },
    minDeduplicationDuration: 'duration',
  },
};

/** The parameters of the adapter redisquota. */
export const REDISQUOTA_PARAMS: ParamFields = {
  fields: {
    quotas: {
      list: {
        fields: {
          name: 'text',
          maxAmount: 'integer',
          validDuration: 'duration',
          bucketDuration: 'duration',
          rateLimitAlgorithm: { names: ['FIXED_WINDOW', 'ROLLING_WINDOW'] },
          overrides: { list: { fields: { dimensions: { map: 'text' }, maxAmount: 'integer' } } },
        },
      },
    },
    redisServerUrl: 'text',
    connectionPoolSize: 'integer',
  },
};

/** Counts what instances of the template quota ask for. No time passes between two requests. */
export interface QuotaHandler {
  /** `deduplication` names the request: an adapter answers it once. */
  ask(instance: string, dimensions: Built, request: QuotaRequest, deduplication: string): QuotaResult;
}

/** A handler of the adapter memquota, or undefined where Mixer cannot make it. Source: mixer/adapter/memquota. */
export function memQuota(params: unknown, instances: readonly string[]): QuotaHandler | undefined {
  const read = readParams<Quotas>(MEMQUOTA_PARAMS, params, { quotas: [], minDeduplicationDuration: 1e9 });
  if (read.minDeduplicationDuration <= 0) return undefined;
  const limits = limitsOf(read.quotas);
  return instances.every((name) => limits.has(name)) ? new Counts(limits, '') : undefined;
}

/** A handler of the adapter redisquota, as if its server answered. Source: mixer/adapter/redisquota. */
export function redisQuota(params: unknown, instances: readonly string[]): QuotaHandler | undefined {
  const read = readParams(REDISQUOTA_PARAMS, params, {
    quotas: [] as Partial<Quota>[],
    redisServerUrl: 'localhost:6379',
    connectionPoolSize: 10,
  });
  const limits = limitsOf(read.quotas);
  if (read.redisServerUrl === '' || read.connectionPoolSize < 0) return undefined;
  return instances.every((name) => limits.has(name)) ? new Counts(limits, 'redisquota: Resource exhausted') : undefined;
}

/** The full names of the instances for which a handler of the adapter memquota or redisquota has a limit. */
export const quotaNames = (adapter: 'memquota' | 'redisquota', params: unknown): string[] => [
  ...limitsOf(
    readParams<Pick<Quotas, 'quotas'>>(adapter === 'memquota' ? MEMQUOTA_PARAMS : REDISQUOTA_PARAMS, params, {
      quotas: [],
    }).quotas,
  ).keys(),
];

/** The limit of an instance with these dimensions; undefined where the adapter has none. */
export function quotaLimit(adapter: string, params: unknown, instance: string, dimensions: Built): Limit | undefined {
  if (adapter !== 'memquota' && adapter !== 'redisquota') return undefined;
  const type = adapter === 'memquota' ? MEMQUOTA_PARAMS : REDISQUOTA_PARAMS;
  const quota = limitsOf(readParams<Pick<Quotas, 'quotas'>>(type, params, { quotas: [] }).quotas).get(instance);
  return quota && limitFor(quota, dimensions);
}

const limitsOf = (quotas: readonly Partial<Quota>[]): Map<string, Quota> =>
  new Map(
    quotas.map(({ name = '', maxAmount = 0, validDuration = 0, overrides = [] }) => [
      name,
      { name, maxAmount, validDuration, overrides: overrides.map((each) => ({ ...NO_LIMIT, ...each })) },
    ]),
  );

const NO_LIMIT: Limit = { maxAmount: 0, validDuration: 0 };

class Counts implements QuotaHandler {
  private readonly used = new Map<string, number>();
  private readonly answered = new Map<string, QuotaResult>();

  constructor(
    private readonly limits: ReadonlyMap<string, Quota>,
    /** What is said when nothing is granted; empty where that is no refusal. */
    private readonly exhausted: string,
  ) {}

  ask(instance: string, dimensions: Built, request: QuotaRequest, deduplication: string): QuotaResult {
    if (request.amount === 0) return NOTHING;
    const known = this.answered.get(deduplication);
    if (known) return known;
    const result = this.count(instance, dimensions, request);
    this.answered.set(deduplication, result);
    return result;
  }

  private count(instance: string, dimensions: Built, { amount, bestEffort }: QuotaRequest): QuotaResult {
    const limit = limitFor(this.limits.get(instance)!, dimensions);
    const key = JSON.stringify([
      instance,
      Object.entries(dimensions)
        .map(([name, value]) => [name, keyText(value as Value)])
        .sort(),
    ]);
    const used = this.used.get(key) ?? 0;
    if (amount < 0) {
      const freed = Math.min(-amount, used);
      this.used.set(key, used - freed);
      return { ...NOTHING, granted: freed };
    }
    const available = limit.maxAmount - used;
    const granted = amount <= available ? amount : bestEffort ? available : 0;
    this.used.set(key, used + granted);
    if (granted <= 0 && this.exhausted) return { ...NOTHING, code: 8, message: this.exhausted };
    return { ...NOTHING, granted, validDuration: granted || bestEffort ? limit.validDuration : 0 };
  }
}

const NOTHING: QuotaResult = { granted: 0, code: 0, message: '', validDuration: 0 };

/** The first override whose dimensions all have these values; the quota itself where there is none. */
const limitFor = (quota: Quota, dimensions: Built): Limit =>
  (quota.overrides ?? []).find(({ dimensions: wanted = {} }) =>
    Object.entries(wanted).every(([name, text]) => equalsText(own(dimensions, name) as Value | undefined, text)),
  ) ?? quota;

/** Whether a text of the configuration stands for a value. Source: mixer/pkg/adapter StringEquals. */
function equalsText(value: Value | undefined, text: string): boolean {
  if (value === undefined) return false;
  switch (typeof value) {
    case 'string':
      return value === text;
    case 'bigint':
      return /^[-+]?\d+$/.test(text) && BigInt(text) === value;
    case 'number':
      return text.trim() === text && text !== '' && Number(text) === value;
    case 'boolean':
      return (value ? ['1', 't', 'T', 'true', 'TRUE', 'True'] : ['0', 'f', 'F', 'false', 'FALSE', 'False']).includes(
        text,
      );
    default:
      return 'kind' in value && equalsObject(value, text);
  }
}

function equalsObject(value: Extract<Value, { kind: string }>, text: string): boolean {
  switch (value.kind) {
    case 'moment':
      return momentOf(text)?.nanoseconds === value.nanoseconds;
    case 'duration':
      return durationOf(text)?.nanoseconds === value.nanoseconds;
    case 'address':
      return false;
  }
}

/** What tells the value of a dimension apart from others. */
function keyText(value: Value): string {
  if (typeof value !== 'object') return `${typeof value} ${String(value)}`;
  if (!('kind' in value)) return JSON.stringify([...value].sort());
  switch (value.kind) {
    case 'moment':
      return momentText(value);
    case 'duration':
      return durationText(value);
    case 'address':
      return value.text;
  }
}
