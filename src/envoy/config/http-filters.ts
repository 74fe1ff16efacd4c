import type { Any, FractionalPercent, RuntimeFractionalPercent, Duration, DataSource } from './any';
import type { HeaderMatcher, ListStringMatcher, MetadataMatcher } from './matcher';
import type { RbacConfig } from './rbac';
import type { HeaderValueOption, LegacyCorsPolicy, RouteMatch } from './route';
import type { RateLimit } from './traffic-policy';

export type CorsPolicy = LegacyCorsPolicy & Any;

export interface HttpFault extends Any {
  delay?: { fixedDelay?: Duration; headerDelay?: object; percentage?: FractionalPercent };
  abort?: { httpStatus?: number; grpcStatus?: number; headerAbort?: object; percentage?: FractionalPercent };
  upstreamCluster?: string;
  headers?: HeaderMatcher[];
  downstreamNodes?: string[];
}

export interface HttpRbac extends Any, RbacConfig {}

export interface RbacPerRoute extends Any {
  rbac?: RbacConfig;
}

export interface ExtAuthz extends Any {
  filterEnabled?: RuntimeFractionalPercent;
  filterEnabledMetadata?: MetadataMatcher;
  statusOnError?: { code?: string | number };
  failureModeAllow?: boolean;
  clearRouteCache?: boolean;
  allowedHeaders?: ListStringMatcher;
}

export interface ExtAuthzPerRoute extends Any {
  disabled?: boolean;
}

export interface HeaderMutation extends Any {
  mutations?: Mutations;
  mostSpecificHeaderMutationsWins?: boolean;
}

export interface HeaderMutationPerRoute extends Any {
  mutations?: Mutations;
}

export interface Mutations {
  requestMutations?: HeaderChange[];
  responseMutations?: HeaderChange[];
}

export interface HeaderChange {
  remove?: string;
  append?: HeaderValueOption;
  removeOnMatch?: object;
}

export interface SetFilterState extends Any {
  onRequestHeaders?: FilterStateValue[];
  onNewConnection?: FilterStateValue[];
}

export interface FilterStateValue {
  objectKey?: string;
  factoryKey?: string;
  formatString?: { textFormatSource?: DataSource; textFormat?: string };
  skipIfEmpty?: boolean;
  sharedWithUpstream?: 'NONE' | 'ONCE' | 'TRANSITIVE';
}

export interface Lua extends Any {
  defaultSourceCode?: DataSource;
  inlineCode?: string;
}

export interface LocalRateLimit extends Any {
  statPrefix?: string;
  status?: { code?: string | number };
  tokenBucket?: TokenBucket;
  filterEnabled?: RuntimeFractionalPercent;
  filterEnforced?: RuntimeFractionalPercent;
  responseHeadersToAdd?: HeaderValueOption[];
  descriptors?: { entries?: { key?: string; value?: string }[]; tokenBucket?: TokenBucket }[];
  stage?: number;
  alwaysConsumeDefaultTokenBucket?: boolean;
  rateLimitedAsResourceExhausted?: boolean;
  rateLimits?: RateLimit[];
}

export interface TokenBucket {
  maxTokens?: number;
  tokensPerFill?: number;
  fillInterval?: Duration;
}

export interface JwtAuthentication extends Any {
  providers?: Record<string, JwtProvider>;
  rules?: JwtRule[];
  requirementMap?: Record<string, JwtRequirement>;
  bypassCorsPreflight?: boolean;
  stripFailureResponse?: boolean;
}

export interface JwtRule {
  match?: RouteMatch;
  requires?: JwtRequirement;
  requirementName?: string;
}

export interface JwtRequirement {
  providerName?: string;
  providerAndAudiences?: { providerName?: string; audiences?: string[] };
  requiresAny?: { requirements?: JwtRequirement[] };
  requiresAll?: { requirements?: JwtRequirement[] };
  allowMissing?: object;
  allowMissingOrFailed?: object;
}

export interface JwtPerRoute extends Any {
  disabled?: boolean;
  requirementName?: string;
}

export interface JwtProvider {
  issuer?: string;
  audiences?: string[];
  localJwks?: DataSource;
  remoteJwks?: object;
  forward?: boolean;
  fromHeaders?: { name?: string; valuePrefix?: string }[];
  fromParams?: string[];
  fromCookies?: string[];
  forwardPayloadHeader?: string;
  padForwardPayloadHeader?: boolean;
  payloadInMetadata?: string;
  headerInMetadata?: string;
  failedStatusInMetadata?: string;
  normalizePayloadInMetadata?: { spaceDelimitedClaims?: string[] };
  claimToHeaders?: { headerName?: string; claimName?: string }[];
  clearRouteCache?: boolean;
  clockSkewSeconds?: number;
  requireExpiration?: boolean;
  maxLifetime?: Duration;
  subjects?: object;
}
