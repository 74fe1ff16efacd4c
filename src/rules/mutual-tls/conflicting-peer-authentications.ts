import { configs } from '../../mesh/settings/configs';
import { groupBy } from '../../mesh/grouping';
import { rootNamespace } from '../../mesh/settings/mesh-config';
import { attachables } from '../../mesh/policies/policy-enforcers';
import { addTo } from '../../mesh/grouping';
import type { KindMap } from '../../schema/kinds';
import type { Resource } from '../../source/resource';
import { type Context, rule } from '../rule';

type PeerAuthentication = Resource<KindMap['PeerAuthentication']>;

export default rule({
  name: 'conflicting-peer-authentications',
  category: 'conflict',
  severity: 'error',
  summary: 'Several PeerAuthentications apply to the same workloads, and only the oldest is used.',
  url: 'https://istio.io/latest/docs/reference/config/security/peer_authentication/',
  docs: `
    Of the policies without a selector, Istio uses one for each namespace; of those with a selector,
    one for each workload: the oldest and, of those created in the same second, the first by name.
    It ignores the others entirely, so mutual TLS may be weaker than intended.

    Fix: merge the policies, or give them selectors that do not overlap. A policy with a selector
    and one without do not conflict: the one with the selector is used.

    Kiali also includes workloads of other namespaces that carry the labels; a selector does not
    apply to them.
  `,
  sameAs: ['KIA0002', 'KIA0003'],
  check(context) {
    const { mesh } = context;
    const policies = configs(mesh, 'PeerAuthentication');
    const wide = policies.filter((policy) => selectorOf(policy).length === 0);
    for (const [namespace, group] of groupBy(wide, (policy) => policy.namespace))
      if (group.length > 1)
        reportAll(context, group, namespace === rootNamespace(mesh) ? 'the mesh' : `namespace "${namespace}"`, [
          'KIA0002',
        ]);
    reportOverlapping(
      context,
      policies.filter((policy) => selectorOf(policy).length > 0),
    );
  },
});

const selectorOf = ({ value }: PeerAuthentication): string[] => Object.keys(value.spec?.selector?.matchLabels ?? {});

/** The group has the one that counts first. */
function reportAll({ report }: Context, group: readonly PeerAuthentication[], where: string, sameAs: string[]): void {
  const [first, ...others] = group;
  if (!first) return;
  const names = others.map(({ name }) => `"${name}"`).join(', ');
  report(
    first.at(['metadata', 'name']),
    `only this PeerAuthentication applies to ${where}, because it is the oldest; ${names} is ignored`,
    {
      sameAs,
      related: others.map((each) => ({ place: each.at(['metadata', 'name']), message: 'ignored' })),
    },
  );
  for (const other of others)
    report(
      other.at(['metadata', 'name']),
      `ignored: the older PeerAuthentication "${first.name}" applies to ${where}`,
      {
        sameAs,
        related: [{ place: first.at(['metadata', 'name']), message: 'the one that applies' }],
      },
    );
}

/** Each policy is told once, of the first workload that it shares. */
function reportOverlapping(context: Context, policies: readonly PeerAuthentication[]): void {
  const root = rootNamespace(context.mesh);
  const byWorkload = new Map<string, PeerAuthentication[]>();
  for (const policy of policies) {
    if (policy.namespace === root) continue;
    for (const each of attachables(context.mesh, policy)) {
      const known =
        'resource' in each
          ? (each.resource as Resource<unknown>).title
          : JSON.stringify(Object.entries(each.labels).sort());
      addTo(byWorkload, `${policy.namespace}|${known}`, policy);
    }
  }
  const told = new Set<string>();
  for (const [key, group] of byWorkload) {
    const fresh = group.map(({ name }) => name).join(' ');
    if (group.length < 2 || told.has(fresh)) continue;
    told.add(fresh);
    const title = key.slice(key.indexOf('|') + 1);
    if (title.startsWith('[')) reportAll(context, group, 'the same labels', []);
    else reportAll(context, group, title, ['KIA0003']);
  }
}
