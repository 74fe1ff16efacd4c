import type { AdmissionPolicy, Change, Decision } from './decide';
import { ALLOWED, decide } from './decide';
import type { Checks } from './checks';
import type { ClusterState } from './cluster-state';
import type { FollowedKind } from './followed-kinds';
import { traceOf } from '../faults';
import type { Log } from './log';
import type { Metrics, Outcome } from './metrics';
import { type AdmissionRequest, BadRequest, readReview, reviewOf } from './review';

/** Everything that answers depend on. */
export interface Handling {
  readonly state: ClusterState;
  readonly checks: Checks;
  readonly policy: AdmissionPolicy;
  readonly kinds: readonly FollowedKind[];
  readonly metrics: Metrics;
  readonly log: Log;
}

/** What goes back to the API server. */
export interface Answer {
  readonly status: number;
  readonly body: object;
}

/** Answers the body of a request to `/validate`. */
export function answer(body: string, handling: Handling): Answer {
  const { metrics, log, state } = handling;
  const started = performance.now();
  const seconds = () => (performance.now() - started) / 1000;
  try {
    const request = readReview(body);
    // The answer would miss what is not listed yet; failurePolicy decides.
    if (!state.isSynced) return failure(503, 'the cluster has not been read completely yet');
    const decision = decisionFor(request, handling);
    const outcome = decision ? outcomeOf(decision) : 'skipped';
    metrics.count(outcome, seconds());
    report(request, outcome, decision ?? ALLOWED, seconds(), log);
    return { status: 200, body: reviewOf(request.uid, decision ?? ALLOWED) };
  } catch (error) {
    const isBad = error instanceof BadRequest;
    metrics.count(isBad ? 'bad-request' : 'failed', seconds());
    if (isBad) log.warn('refused a request that is not an AdmissionReview', { error: error.message });
    else log.error('internal fault, please report it', { error: traceOf(error) });
    return isBad ? failure(error.status, error.message) : failure(500, 'internal fault; see the log of meshlint');
  }
}

/** An answer that is not a decision. */
export const failure = (status: number, message: string): Answer => ({ status, body: { error: message } });

/** Undefined where the request has nothing to do with the configuration of the mesh. */
function decisionFor(request: AdmissionRequest, { state, checks, policy, kinds }: Handling): Decision | undefined {
  const { group, kind, subResource } = request;
  const change = changeOf(request);
  if (!change || subResource !== '') return undefined;
  if (!kinds.some((known) => known.group === group && known.kind === kind && !known.only)) return undefined;
  return decide(state, change, checks, policy);
}

function changeOf({ operation, object, oldObject, name, namespace }: AdmissionRequest): Change | undefined {
  switch (operation) {
    case 'CREATE':
    case 'UPDATE':
      // What is being deleted must not be kept from its end by a finding.
      if (!object || 'deletionTimestamp' in object.metadata) return undefined;
      return { operation: 'apply', object: named(object, name, namespace) };
    case 'DELETE':
      return oldObject && { operation: 'delete', object: named(oldObject, name, namespace) };
    default:
      return undefined;
  }
}

/** Before it is stored, an object may have no name yet (generateName), and its namespace may be that of the request only. */
function named(object: Change['object'], name: string, namespace: string | undefined): Change['object'] {
  const { metadata } = object;
  const known = metadata.name ?? (name || `${metadata.generateName ?? ''}new`);
  const where = metadata.namespace ?? namespace;
  return { ...object, metadata: { ...metadata, name: known, ...(where !== undefined && { namespace: where }) } };
}

const outcomeOf = ({ refusals, warnings }: Decision): Outcome =>
  refusals.length > 0 ? 'refused' : warnings.length > 0 ? 'warned' : 'allowed';

function report(
  { uid, operation, kind, namespace, name, dryRun }: AdmissionRequest,
  outcome: Outcome,
  { refusals, warnings, faults }: Decision,
  seconds: number,
  log: Log,
): void {
  const milliseconds = Math.round(seconds * 1000);
  const fields = { uid, operation, kind, namespace, name, dryRun, outcome, milliseconds };
  for (const { where, error } of faults)
    log.error('internal fault, please report it', { ...fields, where, error: traceOf(error) });
  if (outcome === 'refused' || outcome === 'warned') log.info('decision', { ...fields, refusals, warnings });
  else log.debug('decision', fields);
}
