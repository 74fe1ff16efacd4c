import type { Any, DataSource, Duration, Extension, Metadata, RuntimeFractionalPercent } from './any';
import type {
  FilterStateMatcher,
  HeaderMatcher,
  MetadataMatcher,
  QueryParameterMatcher,
  RegexMatcher,
  StringMatcher,
} from './matcher';
import type { HashPolicy, RateLimit, RetryPolicy } from './traffic-policy';

/** Headers that a level of the route configuration adds to and takes from requests and responses. */
export interface HeaderRules {
  requestHeadersToAdd?: HeaderValueOption[];
  requestHeadersToRemove?: string[];
  responseHeadersToAdd?: HeaderValueOption[];
  responseHeadersToRemove?: string[];
}

export interface HeaderValueOption {
  header?: { key?: string; value?: string; rawValue?: string };
  append?: boolean;
  appendAction?: AppendAction;
  keepEmptyValue?: boolean;
}

export type AppendAction =
  'APPEND_IF_EXISTS_OR_ADD' | 'ADD_IF_ABSENT' | 'OVERWRITE_IF_EXISTS_OR_ADD' | 'OVERWRITE_IF_EXISTS';

/** Configuration of HTTP filters by filter name, for what is matched here. */
export type PerFilterConfig = Record<string, Any>;

export interface RouteConfiguration extends HeaderRules {
  name?: string;
  virtualHosts?: VirtualHost[];
  internalOnlyHeaders?: string[];
  validateClusters?: boolean;
  maxDirectResponseBodySizeBytes?: number;
  requestMirrorPolicies?: RequestMirrorPolicy[];
  mostSpecificHeaderMutationsWins?: boolean;
  ignorePortInHostMatching?: boolean;
  ignorePathParametersInPathMatching?: boolean;
  typedPerFilterConfig?: PerFilterConfig;
  metadata?: Metadata;
}

export interface VirtualHost extends HeaderRules {
  name?: string;
  domains?: string[];
  routes?: Route[];
  matcher?: object;
  requireTls?: 'NONE' | 'EXTERNAL_ONLY' | 'ALL';
  retryPolicy?: RetryPolicy;
  rateLimits?: RateLimit[];
  cors?: LegacyCorsPolicy;
  requestMirrorPolicies?: RequestMirrorPolicy[];
  includeRequestAttemptCount?: boolean;
  includeAttemptCountInResponse?: boolean;
  typedPerFilterConfig?: PerFilterConfig;
  metadata?: Metadata;
}

export interface Route extends HeaderRules {
  name?: string;
  match?: RouteMatch;
  route?: RouteAction;
  redirect?: RedirectAction;
  directResponse?: DirectResponseAction;
  nonForwardingAction?: object;
  filterAction?: object;
  typedPerFilterConfig?: PerFilterConfig;
  decorator?: { operation?: string };
  statPrefix?: string;
  metadata?: Metadata;
}

export interface RouteMatch {
  prefix?: string;
  path?: string;
  safeRegex?: RegexMatcher;
  pathSeparatedPrefix?: string;
  connectMatcher?: object;
  pathMatchPolicy?: Extension;
  caseSensitive?: boolean;
  headers?: HeaderMatcher[];
  queryParameters?: QueryParameterMatcher[];
  runtimeFraction?: RuntimeFractionalPercent;
  grpc?: object;
  tlsContext?: { presented?: boolean; validated?: boolean };
  dynamicMetadata?: MetadataMatcher[];
  filterState?: FilterStateMatcher[];
}

export interface RouteAction {
  cluster?: string;
  clusterHeader?: string;
  weightedClusters?: WeightedClusters;
  clusterSpecifierPlugin?: string;
  inlineClusterSpecifierPlugin?: object;
  clusterNotFoundResponseCode?: 'SERVICE_UNAVAILABLE' | 'NOT_FOUND' | 'INTERNAL_SERVER_ERROR';
  prefixRewrite?: string;
  regexRewrite?: RegexRewrite;
  pathRewritePolicy?: Extension;
  hostRewriteLiteral?: string;
  hostRewriteHeader?: string;
  hostRewritePathRegex?: RegexRewrite;
  autoHostRewrite?: boolean;
  appendXForwardedHost?: boolean;
  timeout?: Duration;
  idleTimeout?: Duration;
  maxStreamDuration?: { maxStreamDuration?: Duration; grpcTimeoutHeaderMax?: Duration };
  maxGrpcTimeout?: Duration;
  retryPolicy?: RetryPolicy;
  requestMirrorPolicies?: RequestMirrorPolicy[];
  hashPolicy?: HashPolicy[];
  rateLimits?: RateLimit[];
  upgradeConfigs?: UpgradeConfig[];
  cors?: LegacyCorsPolicy;
  metadataMatch?: Metadata;
}

export interface UpgradeConfig {
  upgradeType?: string;
  enabled?: boolean;
  connectConfig?: object;
}

export interface RegexRewrite {
  pattern?: RegexMatcher;
  substitution?: string;
}

export interface WeightedClusters {
  clusters?: WeightedCluster[];
  headerName?: string;
}

export interface WeightedCluster extends HeaderRules {
  name?: string;
  clusterHeader?: string;
  weight?: number;
  hostRewriteLiteral?: string;
  typedPerFilterConfig?: PerFilterConfig;
}

export interface RequestMirrorPolicy {
  cluster?: string;
  clusterHeader?: string;
  runtimeFraction?: RuntimeFractionalPercent;
  traceSampled?: boolean;
  disableShadowHostSuffixAppend?: boolean;
}

export interface RedirectAction {
  httpsRedirect?: boolean;
  schemeRedirect?: string;
  hostRedirect?: string;
  portRedirect?: number;
  pathRedirect?: string;
  prefixRewrite?: string;
  regexRewrite?: RegexRewrite;
  responseCode?: 'MOVED_PERMANENTLY' | 'FOUND' | 'SEE_OTHER' | 'TEMPORARY_REDIRECT' | 'PERMANENT_REDIRECT';
  stripQuery?: boolean;
}

export interface DirectResponseAction {
  status?: number;
  body?: DataSource;
}

/** The policy as it was written in routes before the filter had a configuration of its own. */
export interface LegacyCorsPolicy {
  allowOriginStringMatch?: StringMatcher[];
  allowMethods?: string;
  allowHeaders?: string;
  exposeHeaders?: string;
  maxAge?: string;
  allowCredentials?: boolean;
  filterEnabled?: RuntimeFractionalPercent;
  shadowEnabled?: RuntimeFractionalPercent;
  allowPrivateNetworkAccess?: boolean;
  forwardNotMatchingPreflights?: boolean;
}
