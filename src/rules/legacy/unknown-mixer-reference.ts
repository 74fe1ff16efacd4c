import { configs } from '../../mesh/settings/configs';
import { groupBy } from '../../mesh/grouping';
import { perMesh } from '../../mesh/memo';
import { didYouMean, oneOf } from '../../schema/spelling';
import type { Field } from '../../source/field';
import { type Context, rule } from '../rule';

export default rule({
  name: 'unknown-mixer-reference',
  category: 'reference',
  severity: 'error',
  summary: 'A Mixer rule or binding (Istio 1.4) references a handler, instance or specification that does not exist.',
  docs: `
    A rule of Mixer sends instances to a handler. An action whose handler or instances are not there
    is left out when Mixer reads its configuration: no metric, no log, no quota and no check comes
    of it, and nobody is told but in Mixer's own log. A binding without its specification is left out
    likewise. A name without dots is looked for in the namespace of whoever names it; with dots it is
    "name.kind.namespace".
  `,
  check(context) {
    const { mesh } = context;
    for (const each of configs(mesh, 'rule'))
      for (const action of each.each('spec.actions[]')) {
        if (action.value.handler) judge(context, 'handler', action.get('handler'), action.value.handler);
        for (const field of action.each('instances[]')) judge(context, 'instance', field, field.value);
      }
    for (const each of configs(mesh, 'QuotaSpecBinding'))
      for (const field of each.each('spec.quotaSpecs[]')) judgeSpecification(context, 'QuotaSpec', field);
    for (const each of configs(mesh, 'HTTPAPISpecBinding'))
      for (const field of each.each('spec.apiSpecs[]')) judgeSpecification(context, 'HTTPAPISpec', field);
  },
});

/** Mixer once had a kind for each adapter and template, so that what it knows is told by the group alone. */
const ofMixer = perMesh((mesh) =>
  groupBy(
    mesh.resources.filter(({ group }) => group === 'config.istio.io'),
    ({ name }) => name,
  ),
);

/** Of a name with dots only the first part is certain. */
function judge({ mesh, missing }: Context, kind: 'handler' | 'instance', field: Field, written: string): void {
  const [name = '', ...rest] = written.split('.');
  const { namespace } = field.resource;
  const named = [...(ofMixer(mesh).get(name) ?? []), ...(ofMixer(mesh).get(written) ?? [])];
  if (named.some((each) => rest.length > 0 || each.namespace === namespace)) return;
  const others = configs(mesh, kind).map((each) => each.name);
  const elsewhere = [...new Set(named.map((each) => each.namespace))];
  const hint =
    elsewhere.length > 0
      ? `, only in ${oneOf(elsewhere, 'and')}; write "${name}.${kind}.${elsewhere[0]}"`
      : didYouMean(name, others);
  missing(field, { kind, namespace }, `${kind} "${name}" does not exist in namespace "${namespace}"${hint}`);
}

function judgeSpecification(
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
