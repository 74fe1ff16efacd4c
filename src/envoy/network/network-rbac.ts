import type { Extension, NetworkRbac } from '../config';
import { denialDetails, denialOf, check, enforced, verdictText } from '../rbac/engine';
import type { Facts } from '../rbac/facts';
import type { Connection } from '../run/connection';
import { HeaderMap } from '../run/header-map';
import type { Denial } from '../run/outcome';
import type { Run } from '../run/run';

/** What a denial tells. */
export interface Refused {
  readonly details: string;
  readonly denial: Denial;
}

/** The denial, and Envoy's details of it, where policies do not allow a connection. envoy: network RoleBasedAccessControlFilter. */
export function deniedBy(run: Run, connection: Connection, filter: Extension): Refused | undefined {
  const { rules, shadowRules } = filter.typedConfig as NetworkRbac;
  const facts = factsOf(run, connection);
  const { trace } = run;
  if (shadowRules) {
    const verdict = check(shadowRules, facts, trace.because);
    trace.step('network filter', filter, () => `in rehearsal the connection would be ${verdictText(verdict)}`);
  }
  if (!rules) return undefined;
  const verdict = check(rules, facts, trace.because);
  trace.step(
    'network filter',
    verdict.policy?.object ?? filter,
    () => `the connection is ${verdictText(verdict)}`,
    enforced(verdict),
  );
  return verdict.allowed ? undefined : { details: denialDetails(verdict), denial: denialOf(rules, verdict) };
}

const factsOf = ({ assumptions }: Run, connection: Connection): Facts => ({
  connection,
  headers: new HeaderMap(),
  remoteAddress: connection.source.address,
  metadata: {},
  routeMetadata: {},
  filterState: connection.filterState,
  ...(assumptions && { assumptions }),
  mayHaveClaims: false,
});
