import { configs } from '../../mesh/settings/configs';
import { groupBy } from '../../mesh/grouping';
import { DATAPLANE_MODE, isAmbient } from '../../mesh/injection/injection';
import { type Labels, selects } from '../../mesh/workloads/labels';
import type { Mesh } from '../../mesh/mesh';
import { namespaceOf } from '../../mesh/settings/namespaces';
import { type Workload, workloadsSelected } from '../../mesh/workloads/workloads';
import type { KindMap } from '../../schema/kinds';
import type { Resource } from '../../source/resource';
import { type Context, type Related, rule } from '../rule';

export default rule({
  name: 'conflicting-sidecars',
  category: 'conflict',
  severity: 'error',
  summary: 'Several Sidecars of a namespace apply to the same workloads, and only one of them is used.',
  url: 'https://istio.io/latest/docs/reference/config/networking/sidecar/',
  docs: `
    A workload uses one Sidecar: the oldest in its namespace whose selector matches, else the oldest
    without a selector. Istio ignores the others entirely; it does not merge them.

    Fix: write one Sidecar, or selectors that do not overlap.
  `,
  sameAs: ['IST0110', 'IST0111', 'KIA0002', 'KIA0003'],
  check(context) {
    for (const sidecars of groupBy(configs(context.mesh, 'Sidecar'), ({ namespace }) => namespace).values()) {
      if (sidecars.length < 2) continue;
      reportForAll(
        context,
        sidecars.filter((each) => !selectorOf(each)),
      );
      reportOverlaps(context, sidecars.filter(selectorOf));
    }
  },
});

type Sidecar = Resource<KindMap['Sidecar']>;

const selectorOf = ({ value }: Sidecar): Labels | undefined => {
  const { labels } = value.spec?.workloadSelector ?? {};
  return labels && Object.keys(labels).length > 0 ? labels : undefined;
};

function reportForAll({ mesh, report }: Context, sidecars: readonly Sidecar[]): void {
  if (namespaceOf(mesh, sidecars[0]?.namespace ?? '').labels[DATAPLANE_MODE] === 'ambient') return;
  for (const sidecar of sidecars) {
    const others = sidecars.filter((other) => other !== sidecar);
    if (others.length === 0) return;
    report(sidecar.at(['metadata', 'name']), `${titlesOf(others)} has no selector either; only the older one applies`, {
      related: relatedTo(others),
      sameAs: ['IST0111', 'KIA0002'],
    });
  }
}

/** Of those with a selector, any two that choose one workload, or say the very same. */
function reportOverlaps({ mesh, report }: Context, sidecars: readonly Sidecar[]): void {
  const chosen = new Map(sidecars.map((sidecar) => [sidecar, workloadsOf(mesh, sidecar)]));
  for (const sidecar of sidecars) {
    const own = chosen.get(sidecar)!;
    const others = sidecars.filter((other) => {
      if (other === sidecar) return false;
      return own.size > 0 ? [...own].some((each) => chosen.get(other)!.has(each)) : isSame(sidecar, other);
    });
    if (others.length === 0) continue;
    const shared = [...own].find((each) => others.some((other) => chosen.get(other)!.has(each)));
    const what = shared ? `${shared.kind} "${shared.name}"` : 'the same workloads';
    report(
      sidecar.at(['spec', 'workloadSelector', 'labels']).key,
      `${titlesOf(others)} also selects ${what}; only the older one applies`,
      { related: relatedTo(others), sameAs: shared ? ['IST0110', 'KIA0003'] : [] },
    );
  }
}

const workloadsOf = (mesh: Mesh, sidecar: Sidecar): ReadonlySet<Workload> =>
  new Set(
    workloadsSelected(mesh, selectorOf(sidecar), sidecar.namespace).filter(
      ({ namespace, template }) => !isAmbient(mesh, namespace, template),
    ),
  );

function isSame(one: Sidecar, other: Sidecar): boolean {
  const [ours, theirs] = [selectorOf(one) ?? {}, selectorOf(other) ?? {}];
  return selects(ours, theirs) && selects(theirs, ours);
}

const titlesOf = ([first, ...more]: readonly Sidecar[]): string =>
  more.length > 0 ? `${first!.title} (and ${more.length} more)` : first!.title;

const relatedTo = (others: readonly Sidecar[]): Related[] =>
  others.map((other) => ({ place: other.at(['metadata', 'name']), message: 'the other' }));
