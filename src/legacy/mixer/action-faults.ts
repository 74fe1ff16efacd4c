import { configs } from '../../mesh/settings/configs';
import type { Mesh } from '../../mesh/mesh';
import type { Handler, Instance } from '../../schema/kinds/legacy';
import { oneOf } from '../../schema/spelling';
import type { Resource } from '../../source/resource';
import { referred } from './configuration';
import type { MixerFault } from './faults';
import { ADAPTERS, TEMPLATES } from './inventory';
import { isRecord } from '../../source/record';
import { prometheusLabels } from './prometheus';
import { quotaNames } from './quota';

/** Instances that a handler of the same mesh does not accept or cannot process; references to missing objects are not looked at. */
export function actionFaults(mesh: Mesh): MixerFault[] {
  const handlers = byFullName(configs(mesh, 'handler'), 'handler');
  const instances = byFullName(configs(mesh, 'instance'), 'instance');
  const metrics = metricsOf(configs(mesh, 'handler'));
  return configs(mesh, 'rule').flatMap((rule) =>
    rule.each('spec.actions[]').flatMap((action) => {
      const handler = referred(handlers, action.value.handler ?? '', 'handler', rule.namespace);
      if (!handler) return [];
      return action.each('instances[]').flatMap((field) => {
        const instance = referred(instances, field.value, 'instance', rule.namespace);
        const problem = instance && problemOf(handler, instance, metrics);
        return problem ? [{ field, related: handlerPlace(handler), ...problem }] : [];
      });
    }),
  );
}

const byFullName = <Kind>(all: readonly Resource<Kind>[], kind: string): ReadonlyMap<string, Resource<Kind>> =>
  new Map(all.map((each) => [`${each.name}.${kind}.${each.namespace}`, each]));

const handlerPlace = (handler: Resource<Handler>): NonNullable<MixerFault['related']> => [
  { place: handler.at(['metadata', 'name']), message: 'the handler' },
];

/** The labels of metrics by the full names of their instances. */
type Metrics = ReadonlyMap<string, readonly string[]>;

/** All handlers of prometheus share their metrics: the adapter exists once in Mixer. */
const metricsOf = (handlers: readonly Resource<Handler>[]): Metrics =>
  new Map(
    handlers.flatMap(({ value: { spec } }) =>
      spec?.compiledAdapter === 'prometheus' ? [...prometheusLabels(spec.params)] : [],
    ),
  );

type Problem = Pick<MixerFault, 'message' | 'severity'>;

function problemOf(handler: Resource<Handler>, instance: Resource<Instance>, metrics: Metrics): Problem | undefined {
  const { compiledAdapter: adapter = '', params } = handler.value.spec ?? {};
  const { compiledTemplate: template = '', params: fields } = instance.value.spec ?? {};
  if (!Object.hasOwn(ADAPTERS, adapter) || !Object.hasOwn(TEMPLATES, template)) return undefined;
  const accepted = ADAPTERS[adapter]!;
  if (!accepted.includes(template))
    return error(
      `handler "${handler.name}" (${adapter}) does not accept template "${template}"; it accepts ${oneOf(accepted, 'and')}`,
    );
  const fullName = `${instance.name}.instance.${instance.namespace}`;
  switch (adapter) {
    case 'memquota':
    case 'redisquota':
      return quotaProblem(handler.name, fullName, quotaNames(adapter, params));
    case 'prometheus':
      return metrics.has(fullName)
        ? labelProblem(handler.name, fullName, metrics.get(fullName)!, dimensionsIn(fields))
        : missingMetric(handler.name, fullName, [...prometheusLabels(params).keys()]);
    default:
      return undefined;
  }
}

const error = (message: string): Problem => ({ message, severity: 'error' });

function quotaProblem(handler: string, instance: string, limited: readonly string[]): Problem | undefined {
  if (limited.includes(instance)) return undefined;
  return error(
    `handler "${handler}" has no quota "${instance}", so Mixer does not create the handler and limits no request${listed(limited)}`,
  );
}

/** A handler without any metric can be meant to record nothing. */
function missingMetric(handler: string, instance: string, recorded: readonly string[]): Problem {
  const message = `handler "${handler}" has no metric with instanceName "${instance}", so it does not record the instance${listed(recorded)}`;
  return { message, severity: recorded.length > 0 ? 'error' : 'warning' };
}

/** Labels and dimensions must be the same; the adapter panics otherwise, and Mixer drops the value. */
function labelProblem(
  handler: string,
  instance: string,
  labels: readonly string[],
  dimensions: readonly string[],
): Problem | undefined {
  const label = labels.find((each) => !dimensions.includes(each));
  const dimension = dimensions.find((each) => !labels.includes(each));
  if (label === undefined && dimension === undefined) return undefined;
  const difference =
    label === undefined
      ? `the instance has the dimension "${dimension}", which is not in labelNames`
      : `labelNames has "${label}", which is not a dimension of the instance`;
  return error(`handler "${handler}" does not record "${instance}": ${difference}`);
}

const listed = (names: readonly string[]): string =>
  names.length ? `; defined: ${oneOf(names.slice(0, 3), 'and')}${names.length > 3 ? ' and more' : ''}` : '';

const dimensionsIn = (params: unknown): readonly string[] =>
  isRecord(params) && isRecord(params['dimensions']) ? Object.keys(params['dimensions']) : [];
