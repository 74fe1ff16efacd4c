import type { Branch } from '../envoy/execute';
import type { Header } from '../envoy/run/header-map';
import type { Outcome, Response } from '../envoy/run/outcome';
import type { UpstreamAnswer } from '../envoy/run/run';
import type { Stage } from '../envoy/run/trace';
import type { Answer, Hop, PolicyName, Refusal, Stopped, Way } from './journey';

/** What a client gets of an outcome that leads no further; undefined where there is no connection at all. */
export function answerOf(outcome: Outcome): Answer | undefined {
  switch (outcome.kind) {
    case 'response':
      return responseOf(outcome);
    case 'closed':
      return {
        kind: 'closed',
        flags: outcome.flags,
        ...(outcome.details !== undefined && { details: outcome.details }),
      };
    case 'forwarded':
      return { kind: 'connected' };
    case 'no listener':
    case 'waiting':
    case 'not simulated':
      return undefined;
  }
}

const responseOf = ({ status, flags, details, headers, body }: Response): Answer => ({
  kind: 'response',
  status,
  flags,
  details,
  headers,
  ...(body !== undefined && { body }),
});

/** What comes back through a hop, and what becomes of its outcome by that. */
export function passedBack(
  hop: Hop,
  { answer }: Way,
  again: (answer: UpstreamAnswer) => Branch,
): { outcome: Outcome; answer: Answer } {
  const { outcome } = hop;
  // What is not known changes nothing of what the hop has decided so far.
  if (outcome.kind !== 'response' || answer.kind === 'unknown' || isOpen(hop)) return { outcome, answer };
  const back = isPlain(answer) ? outcome : again(asUpstream(answer, outcome)).outcome;
  if (back.kind !== 'response') return { outcome: back, answer };
  // What was said further on is handed through.
  const body = back.body ?? (answer.kind === 'response' ? answer.body : undefined);
  return { outcome: back, answer: responseOf({ ...back, ...(body !== undefined && { body }) }) };
}

const isOpen = ({ arrival: { payload } }: Hop): boolean => payload.kind === 'http' && payload.isOpen === true;

/** Whether the hop's own run has already taken it to be so. */
const isPlain = (answer: Answer): boolean =>
  answer.kind === 'connected' ||
  (answer.kind === 'response' && answer.status === 200 && withoutServer(answer.headers).length === 0);

const withoutServer = (headers: readonly Header[]): Header[] => headers.filter(([name]) => name !== 'server');

/** What a hop learns of the answer of the next one. A TLS handshake that fails leaves no connection. */
function asUpstream(answer: Answer, { upstream }: Response): UpstreamAnswer {
  if (answer.kind === 'response') return { status: answer.status, headers: withoutServer(answer.headers) };
  const speaksTls = upstream?.endpoints.some(({ tls }) => tls) ?? false;
  return {
    failure: answer.kind === 'closed' && !speaksTls && !answer.flags.includes('UF') ? 'closed' : 'no connection',
  };
}

/** The end of a way at its last proxy, which sends nothing on. */
export function stoppedAt(hop: Hop): Stopped {
  const check = hop.mixer?.check;
  if (check?.isEnforced && check.answer.code !== 0)
    return { kind: 'stopped', mixer: { status: check.answer.status, message: check.answer.message } };
  const refusal = refusalOf(hop);
  const because = refusal ? undefined : reasonOf(hop);
  return { kind: 'stopped', ...(refusal && { refusal }), ...(because !== undefined && { because }) };
}

/** The policies that refuse a request at a proxy; undefined where it is not they. */
function refusalOf({ translation, outcome }: Hop): Refusal | undefined {
  const denial = 'denial' in outcome ? outcome.denial : undefined;
  if (!denial) return undefined;
  const policiesOf = (pieces: readonly object[]): PolicyName[] => {
    const fields = pieces.flatMap((piece) => translation.origins.get(piece) ?? []);
    return [...new Set(fields.map(({ resource }) => resource))].map(policyName);
  };
  const denying = denial.by ? policiesOf([denial.by]) : [];
  if (denying.length > 0) return { denied: true, policies: denying };
  const policies = policiesOf(denial.asked);
  return policies.length > 0 ? { denied: false, policies } : undefined;
}

/** How a refusal names a policy. */
export const policyName = ({ kind, namespace, name }: PolicyName): PolicyName => ({ kind, namespace, name });

/** The decision that ends the request: where no route takes it that, else the last that chose nothing or said why not. */
function reasonOf({ steps, outcome }: Hop): string | undefined {
  if (outcome.kind !== 'response') return steps.findLast(({ because }) => because !== undefined)?.because;
  const { flags, details } = outcome;
  if (details === 'direct_response') return undefined;
  const unrouted = steps.findLast(({ stage, chosen }) => ROUTING.has(stage) && !chosen)?.because;
  if (flags.includes('NR') && unrouted !== undefined) return unrouted;
  // What filters say of requests that they let through is no reason for the answer of somebody else.
  const silent = FILTERS_ANSWER.test(details) ? ['response'] : ['response', 'http filter'];
  return steps.findLast(({ stage, because }) => !silent.includes(stage) && because !== undefined)?.because;
}

const ROUTING: ReadonlySet<Stage> = new Set(['route configuration', 'virtual host', 'route'] as const);

/** How the details of answers begin that filters give. */
const FILTERS_ANSWER = /^(?:rbac_|jwt_authn_|ext_authz_|fault_filter_|cors|local_rate_limited|lua)/;
