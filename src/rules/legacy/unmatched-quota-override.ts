import { configs } from '../../mesh/settings/configs';
import { misfitIn } from '../../legacy/mixer/params';
import { MEMQUOTA_PARAMS, REDISQUOTA_PARAMS } from '../../legacy/mixer/quota';
import { fullNameOf } from '../../legacy/mixer/sent';
import type { Mesh } from '../../mesh/mesh';
import type { Instance } from '../../schema/kinds/legacy';
import { didYouMean } from '../../schema/spelling';
import type { Field } from '../../source/field';
import { isRecord } from '../../source/record';
import type { Resource } from '../../source/resource';
import { type Context, rule } from '../rule';
import { own } from '../../source/own';

export default rule({
  name: 'unmatched-quota-override',
  category: 'traffic',
  severity: 'warning',
  isAboutCompany: true,
  summary: 'An override of a Mixer quota (Istio 1.4) can never apply.',
  url: 'https://istio.io/v1.4/docs/reference/config/policy-and-telemetry/adapters/memquota/',
  docs: `
    An override of memquota or redisquota gives requests another limit. It applies if all of its
    dimensions have these values, and the first such override wins. An override with a dimension that
    the instance does not define never applies, and the limit of the quota is used instead.

    Fix: use the names of the \`dimensions\` of the instance. Put overrides with more dimensions before
    those with fewer.
  `,
  check(context) {
    const { mesh } = context;
    for (const handler of configs(mesh, 'handler')) {
      const { compiledAdapter, params } = handler.value.spec ?? {};
      const fields = PARAMS.get(compiledAdapter ?? '');
      if (!fields || misfitIn(fields, params)) continue;
      for (const quota of handler.at(['spec', 'params', 'quotas']).items() as Field[]) checkQuota(context, quota);
    }
  },
});

const PARAMS = new Map([
  ['memquota', MEMQUOTA_PARAMS],
  ['redisquota', REDISQUOTA_PARAMS],
]);

function checkQuota(context: Context, quota: Field): void {
  const overrides = (quota.child('overrides').items() as Field[]).map((each) => each.child('dimensions'));
  const instance = instanceNamed(context.mesh, quota.child('name').value);
  for (const [index, dimensions] of overrides.entries())
    if (!instance || !reportUnknown(context, dimensions, instance))
      reportHidden(context, dimensions, overrides.slice(0, index));
}

/** Reports the first dimension that the instance does not define, and returns whether there is one. */
function reportUnknown({ report }: Context, dimensions: Field, instance: Resource<Instance>): boolean {
  const defined = definedBy(instance);
  const unknown = namesIn(dimensions.value).find((name) => !defined.includes(name));
  if (unknown === undefined) return false;
  report(
    dimensions.child(unknown).key,
    `instance "${instance.name}" has no dimension "${unknown}", so the override never applies${didYouMean(unknown, defined)}`,
    { related: [{ place: instance.at(['spec', 'params', 'dimensions']), message: 'the dimensions' }] },
  );
  return true;
}

function reportHidden({ report }: Context, dimensions: Field, earlier: readonly Field[]): void {
  const hiding = earlier.find((each) => isPartOf(each.value, dimensions.value));
  if (hiding)
    report(dimensions, 'an earlier override applies to all requests of this one, so this one never applies', {
      related: [{ place: hiding, message: 'matches first' }],
    });
}

const instanceNamed = (mesh: Mesh, fullName: unknown): Resource<Instance> | undefined =>
  configs(mesh, 'instance').find((each) => fullNameOf(each) === fullName);

const definedBy = ({ value }: Resource<Instance>): string[] =>
  namesIn(isRecord(value.spec?.params) ? value.spec.params['dimensions'] : undefined);

const namesIn = (dimensions: unknown): string[] => (isRecord(dimensions) ? Object.keys(dimensions) : []);

/** Whether all that has the dimensions of the second has those of the first. */
const isPartOf = (one: unknown, other: unknown): boolean =>
  namesIn(one).every((name) => isRecord(one) && isRecord(other) && own(one, name) === own(other, name));
