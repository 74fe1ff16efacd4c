/** The calls of a list of requests: what `simulate --requests` prints for them. */
import type { CallResult } from '../simulation/call';
import { columns } from './columns';

/** What became of a call of a list; an error where nobody could make it. */
export interface NamedCallResult {
  readonly name: string;
  readonly call: Partial<CallResult>;
  readonly error?: string;
}

/** One object with a list of results, in the order of the calls. */
export const callsJson = (results: readonly NamedCallResult[]): string => `${JSON.stringify({ results }, null, 2)}\n`;

/** A table with a line for each call. */
export const callsTable = (results: readonly NamedCallResult[]): string =>
  columns(
    ['CALL', 'OUTCOME', 'MUTUAL TLS'],
    results.map(({ name, call, error }) => [name, error ?? `${call.status ?? call.outcome}`, call.mtls ? 'yes' : 'no']),
  );
