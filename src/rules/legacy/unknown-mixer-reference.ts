import { configs } from '../../mesh/settings/configs';
import { groupBy } from '../../mesh/grouping';
import { perMesh } from '../../mesh/memo';
import { didYouMean, oneOf } from '../../schema/spelling';
import type { Field } from '../../source/field';
import type { Resource } from '../../source/resource';
import { type Context, rule } from '../rule';

export default rule({
  name: 'unknown-mixer-reference',
  category: 'reference',
  severity: 'error',
  summary: 'A Mixer rule or binding (Istio 1.4) references a handler, instance or specification that does not exist.',
  url: 'https://istio.io/v1.4/docs/reference/config/policy-and-telemetry/',
  docs: `
    A rule of Mixer sends instances to a handler. Mixer drops an action whose handler or instances
    do not exist: it sends no metric, no log, no quota and no check, and only its own log says so.
    It also drops a binding without its specification.

    Fix: correct the name. A name without dots is in the namespace of the object that refers to it;
    a name with dots is "name.kind.namespace".
  `,
  check(context) {
    const { mesh } = context;
    for (const each of configs(mesh, 'rule'))
      for (const action of each.each('spec.actions[]')) {
        if (action.value.handler) checkOne(context, 'handler', action.get('handler'), action.value.handler);
        for (const field of action.each('instances[]')) checkOne(context, 'instance', field, field.value);
      }
    for (const each of configs(mesh, 'handler')) {
      const { adapter, compiledAdapter } = each.value.spec ?? {};
      if (adapter && !compiledAdapter) checkModel(context, 'adapter', each.at(['spec', 'adapter']), adapter);
    }
    for (const each of configs(mesh, 'instance')) {
      const { template, compiledTemplate } = each.value.spec ?? {};
      if (template && !compiledTemplate) checkModel(context, 'template', each.at(['spec', 'template']), template);
    }
    for (const each of configs(mesh, 'QuotaSpecBinding'))
      for (const field of each.each('spec.quotaSpecs[]')) checkSpecification(context, 'QuotaSpec', field);
    for (const each of configs(mesh, 'HTTPAPISpecBinding'))
      for (const field of each.each('spec.apiSpecs[]')) checkSpecification(context, 'HTTPAPISpec', field);
  },
});

/** Mixer once had a kind for each adapter and template, so that what it knows is told by the group alone. */
const ofMixer = perMesh((mesh) =>
  groupBy(
    mesh.resources.filter(({ group }) => group === 'config.istio.io'),
    ({ name }) => name,
  ),
);

/** Whether an object is what a name means: `NAME`, `NAME.NAMESPACE`, `NAME.KIND` of an old kind, or `NAME.KIND.NAMESPACE`. */
function isMeant(each: Resource<unknown>, kind: string, rest: readonly string[], namespace: string): boolean {
  const [first, ...more] = rest;
  if (first === undefined) return each.namespace === namespace;
  if (more.length > 0) return each.namespace === rest.at(-1);
  return (each.kind === kind && each.namespace === first) || (each.kind === first && each.namespace === namespace);
}

function checkOne({ mesh, missing }: Context, kind: 'handler' | 'instance', field: Field, written: string): void {
  const [name = '', ...rest] = written.split('.');
  const { namespace } = field.resource;
  const named = ofMixer(mesh).get(name) ?? [];
  const whole = ofMixer(mesh).get(written) ?? [];
  if (named.some((each) => isMeant(each, kind, rest, namespace))) return;
  if (whole.some((each) => each.namespace === namespace)) return;
  const others = configs(mesh, kind).map((each) => each.name);
  const elsewhere = [...new Set(named.map((each) => each.namespace))];
  const hint =
    elsewhere.length > 0
      ? `, only in ${oneOf(elsewhere, 'and')}; write "${name}.${kind}.${elsewhere[0]}"`
      : didYouMean(name, others);
  const isOldStyle = named.some(({ value }) => isMadeBy(value, rest.join('.')));
  const absent = { kind, namespace, ...(isOldStyle && { isMisspelt: true }) };
  missing(field, absent, `${kind} "${isOldStyle ? written : name}" does not exist in namespace "${namespace}"${hint}`);
}

/** Handlers of a kind of their own were called by name and adapter; those of the kind `handler` are not. */
const isMadeBy = (value: unknown, adapter: string): boolean =>
  (value as { spec?: { compiledAdapter?: unknown } }).spec?.compiledAdapter === adapter;

/** An adapter or template of one's own. */
function checkModel({ mesh, missing }: Context, kind: 'adapter' | 'template', field: Field, written: string): void {
  const [name = '', ...rest] = written.split('.');
  const { namespace } = field.resource;
  const all = configs(mesh, kind);
  if (all.some((each) => each.name === name && isMeant(each, kind, rest, namespace))) return;
  const names = all.map((each) => each.name);
  missing(field, { kind, namespace }, `${kind} "${written}" does not exist${didYouMean(name, names)}`);
}

function checkSpecification(
  { mesh, missing }: Context,
  kind: 'QuotaSpec' | 'HTTPAPISpec',
  field: Field<{ name?: string; namespace?: string }>,
): void {
  const { name = '', namespace = field.resource.namespace } = field.value;
  const all = configs(mesh, kind).filter((each) => each.namespace === namespace);
  if (all.some((each) => each.name === name)) return;
  const names = all.map((each) => each.name);
  const message = `${kind} "${name}" does not exist in namespace "${namespace}"${didYouMean(name, names)}`;
  missing(field.get('name'), { kind, namespace }, message);
}
