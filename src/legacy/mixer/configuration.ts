import { configs } from '../../mesh/settings/configs';
import type { Mesh } from '../../mesh/mesh';
import type { Rule as RuleConfig } from '../../schema/kinds/legacy';
import type { Resource } from '../../source/resource';
import { BUILT_IN_VOCABULARY, withAttributes } from './attributes';
import { type Compiled, type Vocabulary, compile } from './expression';
import { type Instance, readInstance } from './instance';
import { ADAPTERS, TEMPLATES } from './inventory';
import { own } from '../../source/own';

/** A handler of an adapter that is compiled into Mixer. */
export interface HandlerConfig {
  /** `NAME.NAMESPACE`, as Mixer's messages name it. */
  readonly name: string;
  readonly adapter: string;
  readonly params: unknown;
}

/** Instances that a rule sends to a handler. */
export interface Action {
  readonly handler: HandlerConfig;
  readonly instances: readonly Instance[];
}

export interface HeaderOperation {
  readonly operation: 'REPLACE' | 'REMOVE' | 'APPEND';
  readonly name: string;
  readonly value?: Compiled;
}

/** A rule with what is valid of it. */
export interface Rule {
  /** `NAME.rule.NAMESPACE`. */
  readonly fullName: string;
  readonly namespace: string;
  /** `always` where it has no condition; `never` where the condition does not compile or is not BOOL. */
  readonly match: Compiled | 'always' | 'never';
  readonly actions: readonly Action[];
  readonly requestHeaders: readonly HeaderOperation[];
  readonly responseHeaders: readonly HeaderOperation[];
}

/** What Mixer makes of the configuration. */
export interface MixerConfiguration {
  readonly vocabulary: Vocabulary;
  readonly rules: readonly Rule[];
}

/** Mixer's configuration in a mesh: each rule with its valid actions; rules without any are left out. Source: mixer/pkg/runtime/config. */
export function mixerConfiguration(mesh: Mesh): MixerConfiguration {
  const vocabulary = vocabularyOf(mesh);
  const handlers = handlersOf(mesh);
  const instances = instancesOf(mesh, vocabulary);
  const rules = configs(mesh, 'rule').flatMap((config) => ruleOf(config, { vocabulary, handlers, instances }) ?? []);
  return { vocabulary, rules: rules.sort((one, other) => (one.fullName < other.fullName ? -1 : 1)) };
}

/** The built-in attributes and those of the mesh's own manifests. */
export function vocabularyOf(mesh: Mesh): Vocabulary {
  const added = configs(mesh, 'attributemanifest').flatMap(({ value }) =>
    Object.entries(value.spec?.attributes ?? {}).map(([name, { valueType }]) => [name, valueType]),
  );
  return withAttributes(BUILT_IN_VOCABULARY, Object.fromEntries(added) as Record<string, unknown>);
}

function handlersOf(mesh: Mesh): Map<string, HandlerConfig> {
  const handlers = configs(mesh, 'handler').map(({ name, namespace, value }) => {
    const { compiledAdapter: adapter = '', params } = value.spec ?? {};
    return [`${name}.handler.${namespace}`, { name: `${name}.${namespace}`, adapter, params }] as const;
  });
  return new Map(handlers.filter(([, { adapter }]) => Object.hasOwn(ADAPTERS, adapter)));
}

function instancesOf(mesh: Mesh, vocabulary: Vocabulary): Map<string, Instance> {
  const instances = new Map<string, Instance>();
  for (const { name, namespace, value } of configs(mesh, 'instance')) {
    const { compiledTemplate: template = '', params } = value.spec ?? {};
    const { expressions, faults } = readInstance(template, params, vocabulary);
    const fullName = `${name}.instance.${namespace}`;
    if (!Object.hasOwn(TEMPLATES, template) || faults.length) continue;
    instances.set(fullName, { name, fullName, template, variety: TEMPLATES[template]!.variety, expressions });
  }
  return instances;
}

interface Known {
  readonly vocabulary: Vocabulary;
  readonly handlers: ReadonlyMap<string, HandlerConfig>;
  readonly instances: ReadonlyMap<string, Instance>;
}

function ruleOf({ name, namespace, value }: Resource<RuleConfig>, known: Known): Rule | undefined {
  const { match = '', actions = [], requestHeaderOperations = [], responseHeaderOperations = [] } = value.spec ?? {};
  const valid = actions.flatMap((action) => actionOf(action, namespace, known) ?? []);
  if (!valid.length && !requestHeaderOperations.length && !responseHeaderOperations.length) return undefined;
  const requestHeaders = operationsOf(requestHeaderOperations, known.vocabulary);
  const responseHeaders = operationsOf(responseHeaderOperations, known.vocabulary);
  const compile = requestHeaders && responseHeaders;
  return {
    fullName: `${name}.rule.${namespace}`,
    namespace,
    match: conditionOf(match, known.vocabulary),
    actions: valid,
    requestHeaders: compile ? requestHeaders : [],
    responseHeaders: compile ? responseHeaders : [],
  };
}

function conditionOf(match: string, vocabulary: Vocabulary): Rule['match'] {
  if (match.trim() === '') return 'always';
  const compiled = compile(match, vocabulary);
  return 'fault' in compiled || compiled.type !== 'BOOL' ? 'never' : compiled;
}

type ActionConfig = NonNullable<NonNullable<RuleConfig['spec']>['actions']>[number];

function actionOf(
  { handler: reference = '', instances: names = [] }: ActionConfig,
  namespace: string,
  known: Known,
): Action | undefined {
  const handler = referred(known.handlers, reference, 'handler', namespace);
  if (!handler) return undefined;
  const named = names.map((each) => referred(known.instances, each, 'instance', namespace));
  const instances = [...new Set(named)].filter(
    (each): each is Instance => each !== undefined && own(ADAPTERS, handler.adapter)!.includes(each.template),
  );
  return instances.length ? { handler, instances } : undefined;
}

/** A name without dots is of the rule's namespace; with one dot its second part may be the kind or a namespace. */
export function referred<Item>(
  items: ReadonlyMap<string, Item>,
  reference: string,
  kind: string,
  namespace: string,
): Item | undefined {
  const parts = reference.split('.');
  if (parts.length === 1) return items.get(`${reference}.${kind}.${namespace}`);
  if (parts.length > 2) return items.get(reference);
  return items.get(`${reference}.${namespace}`) ?? items.get(`${parts[0]}.${kind}.${parts[1]}`);
}

type OperationConfig = NonNullable<NonNullable<RuleConfig['spec']>['requestHeaderOperations']>[number];

/** One operation for each value; undefined where one does not compile, and Mixer drops all operations of the rule. */
function operationsOf(configs: readonly OperationConfig[], vocabulary: Vocabulary): HeaderOperation[] | undefined {
  const operations: HeaderOperation[] = [];
  for (const { name = '', operation = 'REPLACE', values = [] } of configs) {
    if (operation === 'REMOVE') operations.push({ operation, name });
    else
      for (const text of values) {
        const value = compile(text, vocabulary);
        if ('fault' in value || value.type !== 'STRING') return undefined;
        operations.push({ operation, name, value });
      }
  }
  return operations;
}
