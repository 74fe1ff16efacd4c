/** The hops of a list of requests: what `simulate --requests` prints. */
import type { Hop } from '../envoy/hop';
import { columns } from './columns';

/** What one proxy made of a request; an error where there is no such proxy. */
export interface HopResult {
  readonly name: string;
  readonly hop: Partial<Hop>;
  readonly error?: string;
}

/** One object with a list of results, in the order of the requests. */
export const hopsJson = (results: readonly HopResult[]): string => `${JSON.stringify({ results }, null, 2)}\n`;

/** A table with a line for each request. */
export const hopsTable = (results: readonly HopResult[]): string =>
  columns(
    ['REQUEST', 'OUTCOME', 'FLAGS', 'LISTENER', 'VIRTUAL HOST', 'CLUSTER'],
    results.map(({ name, hop, error }) => [
      name,
      error ?? `${hop.statuses?.join(' or ') ?? hop.status ?? hop.outcome}`,
      hop.flags ?? '',
      hop.listener ?? '',
      hop.virtualHost ?? '',
      (hop.clusters ?? [hop.cluster ?? '']).join(', '),
    ]),
  );
