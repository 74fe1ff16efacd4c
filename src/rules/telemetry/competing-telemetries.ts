import { configs } from '../../mesh/settings/configs';
import { groupBy } from '../../mesh/grouping';
import { attachmentOf } from '../../mesh/policies/policy-attachment';
import { type Telemetry, namespaceTelemetry } from '../../mesh/telemetry/telemetry';
import { rule } from '../rule';

export default rule({
  name: 'competing-telemetries',
  category: 'conflict',
  severity: 'error',
  summary: 'A namespace has several Telemetries without a selector; only the oldest applies.',
  url: 'https://istio.io/latest/docs/reference/config/telemetry/',
  docs: `
    Each namespace can have one Telemetry without a selector. Of several, Istio uses the oldest; the
    others have no effect, whatever they configure.

    Fix: merge them.

    Telemetries with \`targetRefs\` do not compete, although istioctl reports them.
  `,
  sameAs: ['IST0160'],
  check({ mesh, report }) {
    for (const [namespace, group] of groupBy(configs(mesh, 'Telemetry').filter(isWide), (each) => each.namespace)) {
      const oldest = namespaceTelemetry(mesh, namespace);
      if (group.length < 2 || !oldest) continue;
      const place = (telemetry: Telemetry) => telemetry.at(['metadata', 'name']);
      for (const telemetry of group)
        if (telemetry === oldest)
          report(
            place(telemetry),
            `${group.length} Telemetries apply to all of namespace "${namespace}"; only this one is used`,
            {
              severity: 'warning',
              related: group
                .filter((each) => each !== oldest)
                .map((each) => ({ place: place(each), message: 'has no effect' })),
            },
          );
        else
          report(
            place(telemetry),
            `ignored: the older Telemetry "${oldest.name}" applies to all of namespace "${namespace}"`,
            {
              related: [{ place: place(oldest), message: 'the one that applies' }],
            },
          );
    }
  },
});

function isWide({ namespace, value }: Telemetry): boolean {
  const { selector, targetRefs } = attachmentOf(namespace, value.spec ?? {});
  return Object.keys(selector ?? {}).length === 0 && targetRefs.length === 0;
}
