import type { Request } from '../simulation/request';
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
  /** The place of what is expected, by its name. */
  readonly placeOf: (name: string) => Place;
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
