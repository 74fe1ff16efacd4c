/** In what the effects of a request differ, in words. */
import type { EffectChange, Shared } from '../difference/effect-change';
import type { Mirror, Retry } from '../envoy/run/outcome';
import type { Transport } from '../simulation/transport';
import { percent } from './sentence';
import { visible } from './visible';

/** Each difference as a line, but of where the request ends: that is said by itself. */
export const effectChangeLines = (differences: readonly EffectChange[]): string[] =>
  differences.flatMap((difference) => lineOf(difference) ?? []).map(visible);

function lineOf(change: EffectChange): string | undefined {
  switch (change.aspect) {
    case 'outcome':
      return undefined;
    case 'method':
    case 'authority':
    case 'path':
      return changeText(`request ${change.aspect}`, change, (value) => value ?? 'none');
    case 'timeout':
    case 'delay':
      return changeText(change.aspect, change, (value) => value ?? 'none');
    case 'body':
      return changeText('response body', change, (value) => (value === null ? 'none' : JSON.stringify(value)));
    case 'request header':
    case 'response header':
      return changeText(`${change.aspect} ${change.name}`, change, (value) =>
        value === null ? 'absent' : JSON.stringify(value),
      );
    case 'retries':
      return changeText('retries', change, retryText);
    case 'mirrors':
      return changeText('mirrors', change, mirrorsText);
    case 'transport':
      return changeText('connection', change, transportText);
  }
}

const changeText = <Value>(
  what: string,
  { before, after }: { before: Shared<Value>; after: Shared<Value> },
  textOf: (value: Value) => string,
): string => `${what}: ${sharedText(before, textOf)} -> ${sharedText(after, textOf)}`;

const sharedText = <Value>(values: Shared<Value>, textOf: (value: Value) => string): string =>
  values
    .map(({ share, value }) => (share === 1 ? textOf(value) : `${textOf(value)} (${percent(share)})`))
    .join(' or ') || 'none';

function retryText(retry: Retry | null): string {
  if (!retry) return 'none';
  const { attempts, on, perTryTimeout, statusCodes } = retry;
  const conditions = [...on, ...statusCodes].join(',');
  return `${attempts} on ${conditions}${perTryTimeout === undefined ? '' : `, each at most ${perTryTimeout}`}`;
}

const mirrorsText = (mirrors: readonly Mirror[]): string =>
  mirrors.map(({ clusterName, share }) => `${clusterName}${share === 1 ? '' : ` (${percent(share)})`}`).join(', ') ||
  'none';

/** `mutual TLS as spiffe://...`. */
function transportText(transport: Transport): string {
  switch (transport.kind) {
    case 'mutual TLS':
      return `mutual TLS${transport.identity === undefined ? '' : ` as ${transport.identity}`}`;
    case 'TLS':
      return `TLS${transport.sni === undefined ? '' : ` with the server name ${transport.sni}`}`;
    case 'plaintext':
      return 'plaintext';
  }
}
