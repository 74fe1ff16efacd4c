/** What becomes of a request, in one sentence. */
import type { SimulationReport, ToldEnd, ToldProxy, PathReport } from '../simulation/report';
import type { Answer, PolicyName, Refusal } from '../simulation/journey';
import { blockedText, conditionText, mismatchText, noConnectionText, unfollowedText } from './reason';

/** As much of a way as a sentence needs. */
type Ending = Pick<PathReport, 'share' | 'end' | 'answer'>;

/** The sentence of an account. */
export const summaryOf = ({ user, ways }: Pick<SimulationReport, 'user' | 'ways'>): string =>
  `${user === undefined ? 'the request' : `${user}'s request`} ${endingsText(ways)}${conditionsText(ways)}`;

/** On what the answer depends. */
function conditionsText(ways: SimulationReport['ways']): string {
  const texts = ways.flatMap(({ conditions }) => conditions.map(conditionText));
  return [...new Set(texts)].map((text) => `, ${text}`).join('');
}

/** What becomes of all ways, as the end of a sentence: ways that end alike together. */
export function endingsText(ways: readonly Ending[]): string {
  const endings = new Map<string, { way: Ending; share: number }>();
  for (const way of ways) {
    const ending = endingText(way);
    endings.set(ending, { way, share: (endings.get(ending)?.share ?? 0) + way.share });
  }
  const parts = [...endings.values()];
  if (parts.length === 1) return endingText(parts[0]!.way);
  if (parts.every(({ way }) => way.end.kind === 'arrived'))
    return `goes to ${inRow(parts.map(({ way, share }) => arrivalText(way, share)))}`;
  return inRow(parts.map(({ way, share }) => sharedText(way, share)));
}

function sharedText(way: Ending, share: number): string {
  const isCounted = way.end.kind === 'arrived' && way.end.destination.kind === 'workload' && !isRefused(way.answer);
  return isCounted ? `goes to ${arrivalText(way, share)}` : `${endingText(way)} (${percent(share)})`;
}

/** A share as a percentage with at most one decimal. */
export const percent = (share: number): string => `${Number((share * 100).toFixed(1))} %`;

/** `a, b or c`. */
const inRow = (texts: readonly string[]): string =>
  texts.length < 2 ? texts.join('') : `${texts.slice(0, -1).join(', ')} or ${texts.at(-1)}`;

/** What becomes of one way, as the end of a sentence. */
export function endingText(way: Ending): string {
  const { end, answer } = way;
  switch (end.kind) {
    case 'arrived':
      return `goes to ${arrivalText(way)}`;
    case 'nowhere':
      return `fails: ${noConnectionText(end.because)}${codeText(answer)}`;
    case 'unknown':
      return `cannot be followed further: ${unfollowedText(end.because)}`;
    case 'stopped':
      return stoppedText(end, answer);
    case 'closed by ztunnel':
      return `${failureText(answer)}${answer.kind === 'closed' ? '' : ': its connection is closed'} by ${refusalText(end.refusal)}, at the ztunnel of ${end.server}`;
  }
}

function arrivalText({ end, answer }: Ending, share?: number): string {
  if (end.kind !== 'arrived') return endingText({ share: 1, end, answer });
  const { name, kind, port, labels, addresses } = end.destination;
  const refused = isRefused(answer) ? `, which answers ${answer.status}` : '';
  if (kind === 'cluster') return `cluster "${name}"${refused}`;
  if (kind === 'outside') return `${name}:${port}, outside of the mesh${refused}`;
  const app = labels['service.istio.io/canonical-name'] ?? labels['app'];
  const version = labels['service.istio.io/canonical-revision'] ?? labels['version'];
  const title = app === undefined ? name : [app, ...(version && version !== 'latest' ? [version] : [])].join(' ');
  const pods = `${addresses.length} ${addresses.length === 1 ? 'pod' : 'pods'}`;
  return `${title} (${pods}${share === undefined ? '' : `, ${percent(share)}`})${refused}`;
}

const isRefused = (answer: Answer): answer is Extract<Answer, { kind: 'response' }> =>
  answer.kind === 'response' && answer.status >= 500;

/** `(503 UF)`: what Envoy makes of it. */
const codeText = (answer: Answer): string =>
  answer.kind === 'response' ? ` (${[answer.status, ...answer.flags].join(' ')})` : '';

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

function stoppedText(
  { at, refusal, mixer, mismatch, blocked, because }: Extract<ToldEnd, { kind: 'stopped' }>,
  answer: Answer,
): string {
  if (!at) return failureText(answer);
  const where = `at ${placeText(at)}`;
  if (blocked) return `fails: ${blockedText(blocked)}${codeText(answer)}`;
  if (mismatch) return `fails: ${mismatchText(mismatch)}${codeText(answer)}`;
  if (mixer) return `${failedCheckText(answer)} by Mixer (${mixer.status}: ${mixer.message}), ${where}`;
  if (refusal) {
    const code = answer.kind === 'response' ? ` with ${answer.status}` : '';
    return `is refused${code} by ${refusalText(refusal)}, ${where}`;
  }
  const reason = because === undefined ? '' : `: ${because}`;
  switch (answer.kind) {
    case 'response':
      return `${responseText(answer)} ${where}${reason}`;
    case 'closed':
      return `fails, its connection is closed ${where}${reason}`;
    case 'none':
      return `fails: ${noConnectionText(answer.because)}`;
    case 'unknown':
      return `fails: ${unfollowedText(answer.because)}`;
    case 'connected':
      return `is connected ${where}`;
  }
}

const failedCheckText = (answer: Answer): string =>
  answer.kind === 'response' ? `is refused with ${answer.status}` : 'is refused';

function responseText({ status, flags, headers, details }: Extract<Answer, { kind: 'response' }>): string {
  const location = headers.find(([name]) => name === 'location')?.[1];
  if (location !== undefined && status >= 300 && status < 400) return `is redirected to ${location} (${status})`;
  if (details === 'direct_response') return `is answered with ${status}`;
  const verb = status === 401 || status === 403 ? 'is refused' : 'fails';
  return `${verb} with ${status}${flags.length ? ` (${flags.join(',')})` : ''}`;
}

function placeText({ kind, name }: ToldProxy): string {
  switch (kind) {
    case 'gateway':
    case 'waypoint':
      return `the ${kind} ${name}`;
    case 'sidecar':
      return `the sidecar of ${name}`;
  }
}

/** The policies behind a refusal. */
const refusalText = ({ denied, policies }: Refusal): string =>
  denied
    ? policies.slice(0, 1).map(policyText).join('')
    : `${inRow(policies.map(policyText))}, which ${policies.length === 1 ? 'does' : 'do'} not allow it`;

const policyText = ({ kind, namespace, name }: PolicyName): string => `${kind} ${namespace}/${name}`;
