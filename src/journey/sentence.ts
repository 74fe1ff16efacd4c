import type { Field } from '../source/field';
import type { Answer, Destination, Hop, Refusal, Way } from './journey';
import type { Request } from './request';

/** What happens to a request, in one sentence. */
export function sentenceOf({ user }: Request, ways: readonly [Way, ...Way[]]): string {
  const whose = user === undefined ? 'the request' : `${user}'s request`;
  const endings = new Map<string, number>();
  for (const way of ways) {
    const ending = endingOf(way);
    endings.set(ending, (endings.get(ending) ?? 0) + way.share);
  }
  const [first = '', ...others] = [...endings.keys()];
  if (!others.length) return `${whose} ${first}`;
  const texts = [...endings].map(([ending, share]) => withShare(ending, percent(share)));
  const verb = 'goes to ';
  if (!texts.every((text) => text.startsWith(verb))) return `${whose} ${inRow(texts)}`;
  return `${whose} ${verb}${inRow(texts.map((text) => text.slice(verb.length)))}`;
}

/** `goes to reviews v1 (1 pod, 50 %)`. */
const withShare = (ending: string, share: string): string =>
  / pods?\)$/.test(ending) ? ending.replace(/\)$/, `, ${share})`) : `${ending} (${share})`;

/** A share as a percentage with at most one decimal. */
export const percent = (share: number): string => `${Number((share * 100).toFixed(1))} %`;

const inRow = (texts: readonly string[]): string =>
  texts.length < 2 ? texts.join('') : `${texts.slice(0, -1).join(', ')} or ${texts.at(-1)}`;

/** What becomes of one way, as the end of a sentence. */
export function endingOf(way: Way): string {
  const { end, answer } = way;
  switch (end.kind) {
    case 'arrived':
      return arrivalText(end.destination, answer);
    case 'nowhere':
      return `${failureText(answer)}: ${end.because}`;
    case 'unknown':
      return `cannot be followed further: ${end.because}`;
    case 'stopped':
      return stoppedText(way);
    case 'closed by ztunnel':
      return `${failureText(answer)}${answer.kind === 'closed' ? '' : ': its connection is closed'} by ${refusalText(end.refusal)}, at the ztunnel of ${end.party.workload}`;
  }
}

function arrivalText({ party, addresses, port }: Destination, answer: Answer): string {
  const { name, kind, labels } = party;
  const refused = answer.kind === 'response' && answer.status >= 500 ? `, and is answered with ${answer.status}` : '';
  if (kind === 'cluster') return `goes to cluster "${name}"${refused}`;
  if (kind === 'outside') return `goes to ${name}:${port}, outside of the mesh${refused}`;
  const app = labels['service.istio.io/canonical-name'] ?? labels.app;
  const version = labels['service.istio.io/canonical-revision'] ?? labels.version;
  const title = app === undefined ? name : [app, ...(version && version !== 'latest' ? [version] : [])].join(' ');
  return `goes to ${title} (${addresses.length} ${addresses.length === 1 ? 'pod' : 'pods'})${refused}`;
}

function failureText(answer: Answer): string {
  switch (answer.kind) {
    case 'response':
      return `fails with ${answer.status} (${answer.flags.join(',') || '-'})`;
    case 'closed':
      return 'fails, its connection is closed';
    case 'none':
    case 'connected':
    case 'unknown':
      return 'fails';
  }
}

function stoppedText({ hops, answer }: Way): string {
  const hop = hops.at(-1);
  if (!hop) return failureText(answer);
  const where = `at ${placeOf(hop)}`;
  const policies = refusingPolicies(hop);
  if (policies) {
    const code = answer.kind === 'response' ? ` with ${answer.status}` : '';
    return `is refused${code} by ${policies}, ${where}`;
  }
  const reason = reasonOf(hop);
  switch (answer.kind) {
    case 'response':
      return `${responseText(answer)} ${where}${reason ? `: ${reason}` : ''}`;
    case 'closed':
      return `fails, its connection is closed ${where}${reason ? `: ${reason}` : ''}`;
    case 'none':
    case 'unknown':
      return `fails: ${answer.because}`;
    case 'connected':
      return `is connected ${where}`;
  }
}

function responseText({ status, flags, headers, details }: Extract<Answer, { kind: 'response' }>): string {
  const location = headers.find(([name]) => name === 'location')?.[1];
  if (location !== undefined && status >= 300 && status < 400) return `is redirected to ${location} (${status})`;
  if (details === 'direct_response') return `is answered with ${status}`;
  const verb = status === 401 || status === 403 ? 'is refused' : 'fails';
  return `${verb} with ${status}${flags.length ? ` (${flags.join(',')})` : ''}`;
}

/** `the gateway istio-ingressgateway`, `the sidecar of httpbin`. */
export const placeOf = ({ proxy }: Hop): string =>
  proxy.kind === 'gateway' ? `the gateway ${proxy.name}` : `the sidecar of ${proxy.name}`;

/** Which policies refuse a request at the end of a way; undefined where none does. */
export function refusalOn({ hops, end }: Way): Refusal | undefined {
  if (end.kind === 'closed by ztunnel') return end.refusal;
  const last = hops.at(-1);
  return last && refusalOf(last);
}

/** Which policies refuse a request at a proxy; undefined where none does. */
function refusalOf({ steps, translation, outcome }: Hop): Refusal | undefined {
  const details = 'details' in outcome ? (outcome.details ?? '') : '';
  if (!details.startsWith('rbac_access_denied')) return undefined;
  const step = steps.findLast(({ because = '' }) => / is denied /.test(because));
  if (!step) return undefined;
  const own = step.name === undefined ? undefined : step.chosen && translation.origins.get(step.chosen);
  if (own) return { denied: true, policies: [own.resource.title] };
  const asked = step.rejected.flatMap(({ candidate }) => translation.origins.get(candidate) ?? []);
  const policies = [...new Set(asked.map((field: Field) => field.resource.title))];
  return policies.length ? { denied: false, policies } : undefined;
}

function refusingPolicies(hop: Hop): string | undefined {
  const refusal = refusalOf(hop);
  return refusal && refusalText(refusal);
}

const refusalText = ({ denied, policies }: Refusal): string =>
  denied ? (policies[0] ?? '') : `${inRow(policies)}, which ${policies.length === 1 ? 'does' : 'do'} not allow it`;

/** The last decision that chose nothing, or said why not. */
function reasonOf({ steps, outcome }: Hop): string | undefined {
  const last = steps.findLast(({ stage, because }) => stage !== 'response' && because !== undefined);
  if (outcome.kind === 'response' && outcome.details === 'direct_response') return undefined;
  return last?.because;
}
