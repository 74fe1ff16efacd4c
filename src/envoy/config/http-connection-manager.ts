import type { CidrRange } from './address';
import type { Any, Extension } from './any';
import type { RouteConfiguration, UpgradeConfig } from './route';

export interface HttpConnectionManager extends Any {
  statPrefix?: string;
  rds?: { routeConfigName?: string };
  routeConfig?: RouteConfiguration;
  scopedRoutes?: object;
  httpFilters?: HttpFilter[];
  serverName?: string;
  serverHeaderTransformation?: 'OVERWRITE' | 'APPEND_IF_ABSENT' | 'PASS_THROUGH';
  httpProtocolOptions?: { acceptHttp10?: boolean; defaultHostForHttp10?: string; allowAbsoluteUrl?: boolean };
  useRemoteAddress?: boolean;
  xffNumTrustedHops?: number;
  skipXffAppend?: boolean;
  internalAddressConfig?: { unixSockets?: boolean; cidrRanges?: CidrRange[] };
  originalIpDetectionExtensions?: Extension[];
  via?: string;
  addUserAgent?: boolean;
  generateRequestId?: boolean;
  preserveExternalRequestId?: boolean;
  alwaysSetRequestIdInResponse?: boolean;
  forwardClientCertDetails?: ForwardClientCertDetails;
  setCurrentClientCertDetails?: { subject?: boolean; cert?: boolean; chain?: boolean; dns?: boolean; uri?: boolean };
  normalizePath?: boolean;
  mergeSlashes?: boolean;
  pathWithEscapedSlashesAction?: EscapedSlashesAction;
  stripMatchingHostPort?: boolean;
  stripAnyHostPort?: boolean;
  stripTrailingHostDot?: boolean;
  schemeHeaderTransformation?: { schemeToOverwrite?: string };
  appendXForwardedPort?: boolean;
  upgradeConfigs?: UpgradeConfig[];
  localReplyConfig?: object;
}

export type ForwardClientCertDetails =
  'SANITIZE' | 'FORWARD_ONLY' | 'APPEND_FORWARD' | 'SANITIZE_SET' | 'ALWAYS_FORWARD_ONLY';

export type EscapedSlashesAction =
  | 'IMPLEMENTATION_SPECIFIC_DEFAULT'
  | 'KEEP_UNCHANGED'
  | 'REJECT_REQUEST'
  | 'UNESCAPE_AND_REDIRECT'
  | 'UNESCAPE_AND_FORWARD';

export interface HttpFilter extends Extension {
  isOptional?: boolean;
  disabled?: boolean;
}
