import type { NameChoices } from '../mesh/workloads/name-choices';
import type { FoundProxy } from '../mesh/workloads/proxy';

/** What is wrong with a request that cannot be sent. */
export type RequestFault =
  | { readonly kind: 'no scheme'; readonly url: string; readonly suggested: string }
  | { readonly kind: 'unknown scheme'; readonly url: string; readonly schemes: readonly string[] }
  | { readonly kind: 'no port'; readonly url: string; readonly scheme: string }
  | { readonly kind: 'no host'; readonly url: string }
  | { readonly kind: 'bad host'; readonly url: string; readonly host: string }
  | { readonly kind: 'bad port'; readonly url: string; readonly port: string }
  | { readonly kind: 'bad method'; readonly method: string }
  | { readonly kind: 'bad header name' | 'bad header value'; readonly name: string }
  | { readonly kind: 'bad source address'; readonly address: string }
  | { readonly kind: 'workload and gateway' | 'workload with an address' | 'inbound of a gateway' }
  | {
      readonly kind: 'unknown gateway' | 'not a gateway' | 'unknown workload';
      readonly name: string;
      readonly choices: NameChoices;
    }
  | { readonly kind: 'is a gateway' | 'is a waypoint'; readonly name: string }
  | { readonly kind: 'no pods'; readonly name: string; readonly of: string }
  | { readonly kind: 'no proxy'; readonly name: string; readonly found: Exclude<FoundProxy, { proxy: unknown }> }
  | SourceFault;

/** What is wrong with a text that a request is read from. */
export type SourceFault =
  | { readonly kind: 'not curl'; readonly program: string }
  | { readonly kind: 'open quote'; readonly quote: string }
  | { readonly kind: 'curl without URL' | 'HAR without entries' | 'HAR without requests' | 'HAR without URL' }
  | { readonly kind: 'curl option without value'; readonly option: string }
  | { readonly kind: 'log line without request' | 'log line not JSON' | 'no list of requests' }
  | { readonly kind: 'several log lines'; readonly count: number }
  | { readonly kind: 'bad request in list'; readonly index: number; readonly fault: HopRequestFault };

/** What is wrong with an entry of a list of requests. */
export type HopRequestFault =
  | { readonly kind: 'not an object' }
  | {
      readonly kind: 'bad field';
      readonly field: string;
      readonly expected: 'text' | 'port' | 'object' | readonly string[];
    };

/** A request that cannot be sent; the message is the kind of the fault, as a fault can refer to objects of the input. */
export class RequestError extends Error {
  override readonly name = 'RequestError';

  constructor(readonly fault: RequestFault) {
    super(fault.kind);
  }
}
