import type { HeaderMatcher } from '../envoy/config';
import type { Options } from '../envoy/run/run';
import type { Mesh } from '../mesh/mesh';
import type { Request } from '../simulation/request';
import type { MissingSender } from './senders';
import type { Place } from '../source/file';

/** What shall come of a request. Every field that is given must hold; see schemas/meshlint-test.json. */
export interface Expectation {
  readonly status?: number;
  readonly connected?: boolean;
  readonly flags?: string;
  readonly details?: string;
  readonly destination?: string;
  readonly shares?: Readonly<Record<string, number>>;
  readonly never?: readonly string[];
  readonly service?: string;
  readonly subset?: string;
  readonly refusedBy?: string;
  readonly virtualHost?: string;
  readonly cluster?: string;
  readonly virtualCluster?: string;
  readonly location?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly upstream?: {
    readonly method?: string;
    readonly host?: string;
    readonly path?: string;
    readonly headers?: Readonly<Record<string, string>>;
    readonly without?: readonly string[];
  };
  /** The hosts and shares of the route that the first proxy takes; an empty list where it shall take another one. */
  readonly requestMatches?: readonly HeaderMatcher[];
  readonly responseMatches?: readonly HeaderMatcher[];
  /** What the route of a VirtualService that is taken says, as it is written, or may not say. */
  readonly configured?: { readonly is: boolean; readonly members: Readonly<Record<string, unknown>> };
  readonly route?: { readonly is: boolean; readonly to: readonly RouteTarget[] };
}

/** Where a route leads. */
export interface RouteTarget {
  readonly host: string;
  readonly subset?: string;
  readonly port?: number;
  /** In percent. */
  readonly share?: number;
}

/** One request and what shall come of it. */
export interface TestCase {
  readonly name: string;
  readonly place: Place;
  readonly request: Request;
  readonly expect: Expectation;
  /** What this test takes for granted beside its request. */
  readonly options?: Options;
  /** The place of what is expected, by its name. */
  readonly placeOf: (name: string) => Place;
}

/** A file of another tool: its tests can be written down once it is known which mesh they are for. */
export interface ForeignSuite {
  readonly complaints: readonly Complaint[];
  readonly on: (mesh: Mesh, proxy: string | undefined) => Suite | MissingSender;
}

/** The tests of one file. */
export interface Suite {
  readonly path: string;
  /** Where the mesh lies, from the folder of the file. */
  readonly mesh: readonly string[];
  readonly cases: readonly TestCase[];
}

/** Something that a test file says and that cannot be meant. */
export interface Complaint {
  readonly place: Place;
  readonly message: string;
}
