import type { CidrRange } from './address';
import type { Extension } from './any';
import type { FilterStateMatcher, HeaderMatcher, MetadataMatcher, PathMatcher, StringMatcher } from './matcher';

/** What the HTTP and the network filter have in common. */
export interface RbacConfig {
  rules?: Rules;
  matcher?: object;
  shadowRules?: Rules;
  shadowMatcher?: object;
  shadowRulesStatPrefix?: string;
}

export interface Rules {
  action?: 'ALLOW' | 'DENY' | 'LOG';
  policies?: Record<string, Policy>;
}

export interface Policy {
  permissions?: Permission[];
  principals?: Principal[];
  condition?: object;
  checkedCondition?: object;
}

export interface Permission {
  andRules?: { rules?: Permission[] };
  orRules?: { rules?: Permission[] };
  any?: boolean;
  header?: HeaderMatcher;
  urlPath?: PathMatcher;
  destinationIp?: CidrRange;
  destinationPort?: number;
  destinationPortRange?: { start?: number; end?: number };
  metadata?: MetadataMatcher;
  sourcedMetadata?: SourcedMetadata;
  notRule?: Permission;
  requestedServerName?: StringMatcher;
  uriTemplate?: Extension;
  matcher?: Extension;
}

export interface Principal {
  andIds?: { ids?: Principal[] };
  orIds?: { ids?: Principal[] };
  any?: boolean;
  authenticated?: { principalName?: StringMatcher };
  sourceIp?: CidrRange;
  directRemoteIp?: CidrRange;
  remoteIp?: CidrRange;
  header?: HeaderMatcher;
  urlPath?: PathMatcher;
  metadata?: MetadataMatcher;
  sourcedMetadata?: SourcedMetadata;
  filterState?: FilterStateMatcher;
  notId?: Principal;
  custom?: Extension;
}

export interface SourcedMetadata {
  metadataMatcher?: MetadataMatcher;
  metadataSource?: 'DYNAMIC' | 'ROUTE';
}
