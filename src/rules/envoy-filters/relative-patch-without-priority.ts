import { groupBy } from '../../mesh/grouping';
import { rootNamespace } from '../../mesh/settings/mesh-config';
import { type EnvoyPatch, envoyPatches, isRelative } from './envoy-patches';
import { rule } from '../rule';

export default rule({
  name: 'relative-patch-without-priority',
  category: 'practice',
  severity: 'info',
  isAboutCompany: true,
  summary: 'A patch depends on the order of patches, and no priority sets that order.',
  url: 'https://istio.io/latest/docs/reference/config/networking/envoy-filter/',
  docs: `
    EnvoyFilters of a namespace are applied by \`priority\`, and those of equal priority by their age.
    INSERT_BEFORE, INSERT_AFTER, REMOVE and REPLACE only find an object that an earlier patch has
    added. The same files applied in another order, or restored from a backup, can give another
    configuration.

    Fix: set \`priority\`. A sole EnvoyFilter for this kind of object that refers to what Istio itself
    creates is not reported.
  `,
  sameAs: ['IST0151', 'IST0155'],
  check({ mesh, report }) {
    const relative = envoyPatches(mesh).filter((patch) => isRelative(patch) && !patch.filter.value.spec?.priority);
    const root = rootNamespace(mesh);
    const rivals = groupBy(envoyPatches(mesh), ({ applyTo }) => applyTo);
    const versioned = new Map<EnvoyPatch, boolean>();
    const seen = new Set<string>();
    for (const patch of envoyPatches(mesh)) {
      versioned.set(patch, seen.has(patch.name));
      if (patch.field.value.match?.proxy?.proxyVersion) seen.add(patch.name);
    }
    for (const patch of relative) {
      const { field, operation, filter } = patch;
      const other = rivals
        .get(patch.applyTo)!
        .find(
          (each) =>
            each.filter !== filter &&
            (each.filter.namespace === filter.namespace || each.filter.namespace === root) &&
            mayMeet(each, patch) &&
            concernsSame(each, patch),
        );
      report(field.get('patch').child('operation'), messageOf(operation, other), {
        severity: other ? 'warning' : 'info',
        sameAs: [versioned.get(patch) ? 'IST0155' : 'IST0151'],
        related: other
          ? [{ place: other.field.get('applyTo'), message: `${other.filter.title} patches the same kind of object` }]
          : [],
      });
    }
  },
});

/** Whether one proxy may get both patches. Of two patterns for its version nobody knows more than that they are equal. */
function mayMeet(one: EnvoyPatch, other: EnvoyPatch): boolean {
  const [ours, theirs] = [one.field.value.match, other.field.value.match];
  const [context = 'ANY', otherContext = 'ANY'] = [ours?.context, theirs?.context];
  const [version, otherVersion] = [ours?.proxy?.proxyVersion, theirs?.proxy?.proxyVersion];
  return (
    (context === otherContext || context === 'ANY' || otherContext === 'ANY') &&
    (!version || !otherVersion || version === otherVersion)
  );
}

/** Whether two patches look for the same object, or one for what the other adds. */
const concernsSame = (one: EnvoyPatch, other: EnvoyPatch): boolean =>
  soughtBy(one) === soughtBy(other) || soughtBy(one) === other.name || soughtBy(other) === one.name;

/** The name of the filter that a patch looks for; empty where it is about the first, about any, or about no filter. */
function soughtBy({ applyTo, field }: EnvoyPatch): string {
  const listener = field.value.match?.listener;
  const filter = listener?.filterChain?.filter;
  if (applyTo === 'LISTENER_FILTER') return listener?.listenerFilter ?? '';
  if (applyTo === 'NETWORK_FILTER') return filter?.name ?? '';
  return applyTo === 'HTTP_FILTER' ? (filter?.subFilter?.name ?? '') : '';
}

const messageOf = (operation: string, other: EnvoyPatch | undefined): string =>
  other
    ? `the result of ${operation} depends on whether "${other.filter.name}" is applied first; set "priority"`
    : `the result of ${operation} depends on the patches applied before it; set "priority" if there are others`;
