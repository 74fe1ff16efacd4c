import { covers } from '../../mesh/services/hostname';
import { older } from '../conflicts/age';
import type { Claim } from '../conflicts/claims';
import { counterparts } from '../conflicts/counterparts';
import { type Collision, gatewayCollisions } from '../conflicts/gateway-rivals';
import { type Rivalry, sameHostRivalries, wildcardRivalries } from '../conflicts/mesh-rivals';
import { type Context, type Related, type Severity, rule } from '../rule';

export default rule({
  name: 'conflicting-virtual-services',
  category: 'conflict',
  severity: 'error',
  summary: 'Several VirtualServices have routes for the same requests, and only one of them is used.',
  url: 'https://istio.io/latest/docs/reference/config/networking/virtual-service/',
  docs: `
    Sidecars use one VirtualService for each host. Among several visible ones, Istio prefers one
    that is private to the client's namespace (\`exportTo: ["."]\`), then one that is exported to it
    by name, then one that is exported to all namespaces; then the oldest. The others are ignored
    for that host without a warning. At a gateway, Istio combines the routes of all VirtualServices
    for a host, the oldest first and catch-all routes last; a conflict is only reported if two of
    them take the same requests.

    Fix: write one VirtualService with all routes, or one that delegates to the others.

    A private VirtualService that replaces a public one is info, as is a host that has its own
    routes beside a wildcard that covers it: the routes of the wildcard do not apply to it. When
    Sidecars let no proxy import both, they do not conflict. \`istioctl analyze\` does not read
    Sidecars and only knows the first case; Kiali reports every two VirtualServices of one host at
    one gateway, and misses those that write the gateway differently.
  `,
  sameAs: ['IST0109', 'KIA1106'],
  check(context) {
    const { mesh } = context;
    for (const rivalries of sameHostRivalries(mesh).values()) reportSameHost(context, rivalries);
    for (const rivalries of wildcardRivalries(mesh).values()) reportWildcard(context, rivalries);
    for (const collision of gatewayCollisions(mesh)) reportCollision(context, collision);
  },
});

function reportSameHost(context: Context, rivalries: readonly Rivalry[]): void {
  const [worst] = [...rivalries].sort(
    (one, other) => ORDER.indexOf(severityOf(one)) - ORDER.indexOf(severityOf(other)),
  );
  if (worst) reportRivalry(context, worst, rivalries, sentence(worst), severityOf(worst));
}

function reportWildcard(context: Context, rivalries: readonly Rivalry[]): void {
  const [first] = rivalries;
  if (!first) return;
  const { claim, rival } = first;
  const [ours, theirs] = [claim.host.name, rival.host.name];
  const isWide = covers(ours.toLowerCase(), theirs.toLowerCase());
  const more = rivalries.length > 1 ? ` (and ${rivalries.length - 1} more)` : '';
  const said = isWide
    ? `sidecars ignore these routes for host "${theirs}", which has its own routes in ${titleOf(rival)}${more}`
    : `requests for host "${ours}" use only these routes, and none of those for "${theirs}" in ${titleOf(rival)}${more}`;
  reportRivalry(context, first, rivalries, said, 'info');
}

function reportRivalry(
  { mesh, report }: Context,
  { claim }: Rivalry,
  rivalries: readonly Rivalry[],
  message: string,
  severity: Severity,
): void {
  const codes = rivalries.flatMap(({ rival }) => counterparts(mesh, claim, rival));
  const related = rivalries.slice(0, MOST_RELATED).map(({ rival }) => relatedTo(rival));
  const about = `${claim.host.name} ${titleOf(rivalries[0]!.rival)}`;
  report(claim.host.field, message, { about, related, severity, sameAs: [...new Set(codes)] });
}

const MOST_RELATED = 5;

const ORDER: readonly Severity[] = ['error', 'warning', 'info'];

function severityOf({ precedence: { winner, because } }: Rivalry): Severity {
  if (because === 'export') return 'info';
  return winner === 'this' ? 'warning' : 'error';
}

function sentence({ claim, rival, precedence: { winner, because, namespace } }: Rivalry): string {
  const host = `host "${claim.host.name}"`;
  const other = titleOf(rival);
  const where = namespace === undefined ? '' : ` in namespace "${namespace}"`;
  if (winner === 'unknown') return `${host} also has routes in ${other}; sidecars${where} use only the older ones`;
  if (because === 'age')
    return winner === 'this'
      ? `${host} also has routes in ${other}, which sidecars${where} ignore, because these are older`
      : `sidecars${where} ignore these routes for ${host}, because those in ${other} are older`;
  return winner === 'this'
    ? `sidecars${where} use these routes for ${host} and ignore those in ${other}`
    : `sidecars${where} ignore these routes for ${host} and use those in ${other}`;
}

const titleOf = ({ virtualService }: Claim): string => virtualService.resource.title;

const relatedTo = ({ virtualService, host }: Claim): Related => ({
  place: host.field,
  message: `the host in ${virtualService.resource.title}`,
});

/** Where both take the very same requests, either may be the one that is ignored; else only the narrower. */
function reportCollision({ mesh, report }: Context, collision: Collision): void {
  const { gateway, wide, narrow, wideRoute, narrowRoute, isSame, example } = collision;
  const requests = `the requests of ${pathOf(narrowRoute)}, such as ${example}`;
  const known = older(narrow.virtualService.resource, wide.virtualService.resource);
  if (known === 'this') return;
  const count = known === 'other' ? 'because those are older' : 'unless these were created first';
  report(
    narrow.host.field,
    `at gateway "${gateway}", ${titleOf(wide)} takes ${requests}, for host "${collision.domain}" ${count}`,
    {
      about: `${collision.domain} ${titleOf(wide)}`,
      related: [
        { place: narrowRoute.field, message: 'the route' },
        { place: wideRoute.field, message: 'the route that takes its requests' },
      ],
      severity: isSame ? 'error' : 'warning',
      sameAs: counterparts(mesh, narrow, wide),
    },
  );
}

const pathOf = ({ field }: Collision['wideRoute']): string => field.pathText.replace(/^spec\./, '');
