/** What Mixer does with one request, as the parts of a trace. */
import { perMesh } from '../../mesh/memo';
import type { Mesh } from '../../mesh/mesh';
import { meshConfigSource } from '../../mesh/settings/mesh-config';
import { own } from '../../source/own';
import { isRecord } from '../../source/record';
import { attributesOf } from './attributes';
import { chargesOf } from './charges';
import { mixerConfiguration } from './configuration';
import type { Attributes } from './expression';
import { type Value, durationText, plainValue } from './expression/value';
import { type Built, build } from './instance';
import { Mixer, type Dispatch, checksOf, dispatches, rulesFor, writer } from './mixer';
import { prometheusName } from './prometheus';
import { quotaLimit } from './quota';
import { httpStatus, statusName } from './status';

/** The check that the proxy of a server makes before it hands a request on. */
export interface CheckTrace {
  /** False where the mesh has policy checks off: then the answer has no effect. */
  readonly isEnforced: boolean;
  /** The full names of the rules that match. */
  readonly matched: readonly string[];
  /** The joined answer. */
  readonly answer: Verdict;
  readonly handlers: readonly HandlerAnswer[];
  readonly quotas: readonly QuotaTrace[];
  /** Operations on headers, such as `REPLACE x-team web`. */
  readonly requestHeaders: readonly string[];
  readonly responseHeaders: readonly string[];
}

/** A status of Mixer, and the HTTP status that a proxy makes of it. */
export interface Verdict {
  readonly code: number;
  /** Of google.rpc.Code. */
  readonly status: string;
  readonly message: string;
  readonly http: number;
}

/** What one handler answers. */
export interface HandlerAnswer {
  /** `NAME.NAMESPACE`. */
  readonly handler: string;
  readonly adapter: string;
  readonly instance: string;
  /** Absent where the instance cannot be built, or the adapter cannot answer offline. */
  readonly verdict?: Omit<Verdict, 'http'>;
}

/** A quota that a request is charged. */
export interface QuotaTrace {
  readonly quota: string;
  readonly charge: number;
  /** What the first request is granted. */
  readonly granted: number;
  /** Handlers that count it; none where no matching rule sends such an instance to one: then everything is granted. */
  readonly counters: readonly {
    readonly handler: string;
    readonly maxAmount: number;
    /** As Go writes it; absent where the amount does not come back by time. */
    readonly within?: string;
    readonly dimensions: Readonly<Record<string, unknown>>;
  }[];
}

/** What a proxy reports after a request. */
export interface ReportTrace {
  readonly matched: readonly string[];
  readonly sent: readonly ReportSent[];
}

/** What a handler of reports receives, or writes. */
export interface ReportSent {
  readonly handler: string;
  readonly adapter: string;
  readonly instance: string;
  /** The name of a metric of the adapter prometheus. */
  readonly metric?: string;
  /** Of a metric. */
  readonly value?: unknown;
  readonly level?: string;
  /** Dimensions of a metric, variables of a log entry; `-` for what only a running proxy measures. */
  readonly values: Readonly<Record<string, unknown>>;
}

/** Attributes as JSON; the values of two requests that differ in nothing but in what is measured. */
export interface ReportedAttributes {
  readonly one: Readonly<Record<string, unknown>>;
  readonly other: Readonly<Record<string, unknown>>;
}

const configurationOf = perMesh(mixerConfiguration);

/** Whether a mesh has a Mixer with rules. */
export const hasMixer = (mesh: Mesh): boolean => mesh.release === '1.4' && configurationOf(mesh).rules.length > 0;

/** Policy checks are off unless the MeshConfig turns them on. istio: mesh.DefaultMeshConfig of 1.4 */
const isChecking = (mesh: Mesh): boolean => {
  const config = meshConfigSource(mesh)?.value;
  return isRecord(config) && config['disablePolicyChecks'] === false;
};

const isReporting = (mesh: Mesh): boolean => {
  const config = meshConfigSource(mesh)?.value;
  return !isRecord(config) || config['disableMixerHttpReports'] !== true;
};

/** What Mixer answers to the proxy of a server about a request. */
export function checkTrace(
  mesh: Mesh,
  json: Readonly<Record<string, unknown>>,
  service: { readonly name: string; readonly namespace: string } | undefined,
): CheckTrace {
  const configuration = configurationOf(mesh);
  const { attributes } = attributesOf(json, configuration.vocabulary);
  const { rules } = rulesFor(configuration, attributes);
  const charges = service ? chargesOf(mesh, service, attributes) : new Map<string, number>();
  const asked = [...charges].map(([name, amount]) => [name, { amount, bestEffort: false }] as const);
  const { check, quotas = {} } = new Mixer(configuration).answer({
    call: 'check',
    attributes,
    quotas: Object.fromEntries(asked),
  });
  const quotaTraces = [...charges].map(([quota, charge]): QuotaTrace => ({
    quota,
    charge,
    granted: own(quotas, quota)?.granted ?? charge,
    counters: dispatches(rules, 'quota')
      .filter(({ instance }) => instance.name.toLowerCase() === quota.toLowerCase())
      .flatMap((sent) => counterOf(sent, attributes)),
  }));
  const exhausted = quotaTraces.filter(({ granted, charge }) => granted < charge);
  return {
    isEnforced: isChecking(mesh),
    matched: rules.map(({ fullName }) => fullName),
    answer: check
      ? check.code === 0 && exhausted.length
        ? verdict(8, `Quota is exhausted for: ${exhausted.map(({ quota }) => quota).join(', ')}`)
        : verdict(check.code, check.message)
      : verdict(INTERNAL, 'an instance cannot be built from the attributes of the request'),
    handlers: checksOf(rules, attributes).map(({ handler, instance, result }): HandlerAnswer => ({
      handler: handler.name,
      adapter: handler.adapter,
      instance: instance.fullName,
      ...(result && { verdict: { code: result.code, status: statusName(result.code), message: result.message } }),
    })),
    quotas: quotaTraces,
    requestHeaders: check?.requestHeaders ?? [],
    responseHeaders: check?.responseHeaders ?? [],
  };
}

const INTERNAL = 13;

const verdict = (code: number, message: string): Verdict => ({
  code,
  status: statusName(code),
  message,
  http: httpStatus(code),
});

function counterOf({ handler, instance }: Dispatch, attributes: Attributes): QuotaTrace['counters'] {
  const built = build(instance.expressions, attributes);
  const dimensions = (built?.['dimensions'] ?? {}) as Built;
  const limit = quotaLimit(handler.adapter, handler.params, instance.fullName, dimensions);
  if (!limit) return [];
  const { maxAmount, validDuration } = limit;
  const within = durationText({ kind: 'duration', nanoseconds: BigInt(validDuration) });
  return [{ handler: handler.name, maxAmount, ...(validDuration > 0 && { within }), dimensions: plain(dimensions) }];
}

/** What the handlers of reports receive of a request; undefined where the mesh has reports off. */
export function reportTrace(mesh: Mesh, { one, other }: ReportedAttributes): ReportTrace | undefined {
  if (!isReporting(mesh)) return undefined;
  const configuration = configurationOf(mesh);
  const attributes = attributesOf(one, configuration.vocabulary).attributes;
  const measured = attributesOf(other, configuration.vocabulary).attributes;
  const { rules } = rulesFor(configuration, attributes);
  return {
    matched: rules.map(({ fullName }) => fullName),
    sent: dispatches(rules, 'report').flatMap((dispatch) => {
      const first = sentOf(dispatch, attributes);
      const second = sentOf(dispatch, measured);
      return first && second ? [withDashes(first, second)] : [];
    }),
  };
}

/** Undefined where the instance cannot be built, or Mixer cannot make the handler. */
function sentOf({ handler, instance }: Dispatch, attributes: Attributes): ReportSent | undefined {
  const built = build(instance.expressions, attributes);
  const write = writer(handler);
  if (!built || write === 'not made') return undefined;
  const to = { handler: handler.name, adapter: handler.adapter, instance: instance.fullName };
  if (write) {
    const { level, values } = write(instance.fullName, instance.template, built);
    return { ...to, level, values };
  }
  const metric = handler.adapter === 'prometheus' ? prometheusName(handler.params, instance.fullName) : undefined;
  const { value, dimensions, variables, ...fields } = built;
  const values = dimensions ?? variables;
  return {
    ...to,
    ...(metric !== undefined && { metric }),
    ...(value !== undefined && { value: plainValue(value as Value) }),
    values: { ...plain((values ?? {}) as Built), ...(values === undefined && plain(fields)) },
  };
}

const plain = (values: Built): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, isValue(value) ? plainValue(value) : plain(value)]),
  );

const isValue = (value: Value | Built): value is Value =>
  typeof value !== 'object' || 'kind' in value || value instanceof Map;

/** The value that a running proxy measures. */
const MEASURED = '-';

function withDashes(one: ReportSent, other: ReportSent): ReportSent {
  const differs = (first: unknown, second: unknown): boolean => JSON.stringify(first) !== JSON.stringify(second);
  const values = Object.entries(one.values).map(
    ([name, value]) => [name, differs(value, own(other.values, name)) ? MEASURED : value] as const,
  );
  return {
    ...one,
    ...(differs(one.value, other.value) && { value: MEASURED }),
    values: Object.fromEntries(values),
  };
}
