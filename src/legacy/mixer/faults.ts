import { configs } from '../../mesh/settings/configs';
import type { Mesh } from '../../mesh/mesh';
import { didYouMean } from '../../schema/spelling';
import type { Field } from '../../source/field';
import { vocabularyOf } from './configuration';
import { DENIER_PARAMS } from './denier';
import { type ExpressionFault, type Vocabulary, compile } from './expression';
import { type InstanceFault, readInstance } from './instance';
import { ADAPTERS, TEMPLATES } from './inventory';
import { LISTCHECKER_PARAMS } from './listchecker';
import { type ParamFields, misfitIn } from './params';
import { PROMETHEUS_PARAMS } from './prometheus';
import { MEMQUOTA_PARAMS, REDISQUOTA_PARAMS } from './quota';
import { STDIO_PARAMS } from './stdio';
import { own } from '../../source/own';

/** Something that Mixer refuses, or of which it uses a part only. */
export interface MixerFault {
  readonly field: Field;
  readonly message: string;
  readonly severity: 'error' | 'warning';
  /** Where in the text of the field. */
  readonly offset?: number;
  /** An attribute that no manifest of the input has. */
  readonly attribute?: string;
  /** Other places that the fault is about. */
  readonly related?: readonly { readonly place: Field; readonly message: string }[];
}

const FLUENTD_PARAMS: ParamFields = {
  fields: {
    address: 'text',
    integerDuration: 'truth',
    instanceBufferSize: 'integer',
    maxBatchSizeBytes: 'integer',
    pushIntervalDuration: 'duration',
    pushTimeoutDuration: 'duration',
  },
};

const KUBERNETESENV_PARAMS: ParamFields = {
  fields: { kubeconfigPath: 'text', cacheRefreshDuration: 'duration', clusterRegistriesNamespace: 'text' },
};

const OPA_PARAMS: ParamFields = { fields: { policy: { list: 'text' }, checkMethod: 'text', failClose: 'truth' } };

/** The parameters of adapters; those of adapters that are not here are not checked. Source: mixer/adapter */
const PARAMS: Readonly<Record<string, ParamFields>> = {
  denier: DENIER_PARAMS,
  fluentd: FLUENTD_PARAMS,
  kubernetesenv: KUBERNETESENV_PARAMS,
  listchecker: LISTCHECKER_PARAMS,
  memquota: MEMQUOTA_PARAMS,
  opa: OPA_PARAMS,
  prometheus: PROMETHEUS_PARAMS,
  redisquota: REDISQUOTA_PARAMS,
  stdio: STDIO_PARAMS,
};

/** What Mixer 1.4 does not take of each object of its configuration by itself; `actionFaults` has what follows from several. */
export function mixerFaults(mesh: Mesh): MixerFault[] {
  const vocabulary = vocabularyOf(mesh);
  return [
    ...configs(mesh, 'rule').flatMap(({ root }) => ruleFaults(root, vocabulary)),
    ...configs(mesh, 'instance').flatMap(({ root }) => instanceFaults(root, vocabulary)),
    ...configs(mesh, 'handler').flatMap(({ root }) => handlerFaults(root)),
  ];
}

const error = (field: Field, message: string): MixerFault => ({ field, message, severity: 'error' });

const expressionFault = (field: Field, { message, offset, attribute, isTaken }: ExpressionFault): MixerFault => ({
  field,
  message,
  offset,
  severity: isTaken ? 'warning' : 'error',
  ...(attribute !== undefined && { attribute }),
});

function ruleFaults(root: Field, vocabulary: Vocabulary): MixerFault[] {
  const spec = root.child('spec');
  const headers = ['requestHeaderOperations', 'responseHeaderOperations'].flatMap((name) => spec.child(name).items());
  const values = (headers as Field[]).flatMap((each) => each.child('values').items() as Field[]);
  const actions = spec.child('actions').items() as Field[];
  const withoutInstances = actions.filter((action) => (action.child('instances').items() as Field[]).length === 0);
  return [
    ...typedFaults(spec.child('match'), 'BOOL', vocabulary),
    ...values.flatMap((each) => typedFaults(each, 'STRING', vocabulary)),
    ...(actions.length || headers.length
      ? []
      : [error(spec, 'the rule has no actions, so Mixer ignores it; add "actions"')]),
    ...withoutInstances.map((each) => error(each, 'the action has no instances, so Mixer ignores it; add "instances"')),
  ];
}

function typedFaults(field: Field, expected: string, vocabulary: Vocabulary): MixerFault[] {
  const { value } = field;
  if (typeof value !== 'string' || value.trim() === '') return [];
  const compiled = compile(value, vocabulary);
  if ('fault' in compiled) return [expressionFault(field, compiled.fault)];
  return compiled.type === expected ? [] : [error(field, `the expression is ${compiled.type}; expected ${expected}`)];
}

function instanceFaults(root: Field, vocabulary: Vocabulary): MixerFault[] {
  const spec = root.child('spec');
  const name = spec.child('compiledTemplate');
  const template = name.value;
  if (typeof template !== 'string' || template === '')
    return spec.child('template').value ? [] : [error(spec, 'the instance has no "compiledTemplate"')];
  if (!Object.hasOwn(TEMPLATES, template))
    return [error(name, `unknown template "${template}"${didYouMean(template, Object.keys(TEMPLATES))}`)];
  const params = spec.child('params');
  return readInstance(template, params.value, vocabulary).faults.map((fault) => instanceFault(params, fault));
}

function instanceFault(params: Field, fault: InstanceFault): MixerFault {
  const field = fault.path.reduce<Field>((parent, step) => parent.child(step), params);
  const name = fault.path.at(-1) ?? '';
  switch (fault.kind) {
    case 'expression':
      return expressionFault(field, fault.fault);
    case 'type':
      return error(field, `the expression is ${fault.found}; expected ${fault.expected}`);
    case 'unknown field':
      return error(field.key, `unknown field "${name}"; Mixer ignores the instance`);
    case 'not a text':
      return error(field, `"${name}" must be an expression in quotes; Mixer ignores the instance`);
    case 'not a map':
      return error(field, `"${name}" must be an object; Mixer ignores the instance`);
  }
}

function handlerFaults(root: Field): MixerFault[] {
  const spec = root.child('spec');
  const name = spec.child('compiledAdapter');
  const adapter = name.value;
  if (typeof adapter !== 'string' || adapter === '')
    return spec.child('adapter').value ? [] : [error(spec, 'the handler has no "compiledAdapter"')];
  if (!Object.hasOwn(ADAPTERS, adapter))
    return [error(name, `unknown adapter "${adapter}"${didYouMean(adapter, Object.keys(ADAPTERS))}`)];
  const params = spec.child('params');
  const fields = own(PARAMS, adapter);
  const misfit = fields && misfitIn(fields, params.value);
  if (!misfit) return [];
  const field = misfit.path.reduce<Field>((parent, step) => parent.child(step), params);
  const problem =
    misfit.expected === undefined ? `unknown field "${misfit.path.at(-1)}"` : `expected ${misfit.expected}`;
  const message = `${problem}; Mixer ignores it and what it reads after it`;
  return [{ field: misfit.expected === undefined ? field.key : field, message, severity: 'warning' }];
}
