import type { Address, CidrRange } from './address';
import type { Any, Duration, Extension, Metadata } from './any';
import type { StringMatcher } from './matcher';

export interface Listener {
  name?: string;
  address?: Address;
  additionalAddresses?: { address?: Address }[];
  filterChains?: FilterChain[];
  defaultFilterChain?: FilterChain;
  filterChainMatcher?: object;
  listenerFilters?: ListenerFilter[];
  listenerFiltersTimeout?: Duration;
  continueOnListenerFiltersTimeout?: boolean;
  useOriginalDst?: boolean;
  bindToPort?: boolean;
  trafficDirection?: 'UNSPECIFIED' | 'INBOUND' | 'OUTBOUND';
  udpListenerConfig?: object;
  metadata?: Metadata;
}

export interface ListenerFilter extends Extension {
  filterDisabled?: ListenerFilterPredicate;
}

/** On which connections a listener filter does not run. */
export interface ListenerFilterPredicate {
  anyMatch?: boolean;
  notMatch?: ListenerFilterPredicate;
  orMatch?: { rules?: ListenerFilterPredicate[] };
  andMatch?: { rules?: ListenerFilterPredicate[] };
  destinationPortRange?: { start?: number; end?: number };
}

export interface FilterChain {
  name?: string;
  filterChainMatch?: FilterChainMatch;
  filters?: Extension[];
  transportSocket?: Extension;
  metadata?: Metadata;
}

export interface FilterChainMatch {
  destinationPort?: number;
  prefixRanges?: CidrRange[];
  serverNames?: string[];
  transportProtocol?: string;
  applicationProtocols?: string[];
  directSourcePrefixRanges?: CidrRange[];
  sourceType?: 'ANY' | 'SAME_IP_OR_LOOPBACK' | 'EXTERNAL';
  sourcePrefixRanges?: CidrRange[];
  sourcePorts?: number[];
}

export interface DownstreamTlsContext extends Any {
  commonTlsContext?: CommonTlsContext;
  requireClientCertificate?: boolean;
}

export interface UpstreamTlsContext extends Any {
  commonTlsContext?: CommonTlsContext;
  sni?: string;
  autoHostSni?: boolean;
  autoSniSanValidation?: boolean;
}

export interface CommonTlsContext {
  alpnProtocols?: string[];
  tlsParams?: { tlsMinimumProtocolVersion?: string; tlsMaximumProtocolVersion?: string };
  tlsCertificates?: object[];
  tlsCertificateSdsSecretConfigs?: { name?: string }[];
  validationContext?: CertificateValidationContext;
  validationContextSdsSecretConfig?: { name?: string };
  combinedValidationContext?: {
    defaultValidationContext?: CertificateValidationContext;
    validationContextSdsSecretConfig?: { name?: string };
  };
}

export interface CertificateValidationContext {
  trustedCa?: object;
  matchSubjectAltNames?: StringMatcher[];
  matchTypedSubjectAltNames?: { sanType?: string; matcher?: StringMatcher }[];
  trustChainVerification?: 'VERIFY_TRUST_CHAIN' | 'ACCEPT_UNTRUSTED';
}
