/** What the reader of the input knows of the mesh beside its documents. */

/** What exists though the input does not hold it: host names as Istio writes them, namespaces, and other objects as `namespace/name`. */
export interface Assumed {
  readonly hosts?: readonly string[];
  /** As `host/subset`. */
  readonly subsets?: readonly string[];
  readonly namespaces?: readonly string[];
  readonly gateways?: readonly string[];
  readonly secrets?: readonly string[];
  readonly delegates?: readonly string[];
}

/** For a kind in a namespace (`Service/shop`) or in all of them (`Service/*`): whether the input holds every object there is. */
export type Held = ReadonlyMap<string, 'complete' | 'unknown'>;
