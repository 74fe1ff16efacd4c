import type { AccessLog } from './access-log';
import type { Address, CidrRange } from './address';
import type { Any, DataSource, Duration, Extension, Metadata } from './any';
import type { ConfigSource, ExtensionConfigSource } from './config-source';
import type { StringMatcher } from './matcher';
import type { Matcher } from './match-tree';

export interface Listener {
  name?: string;
  address?: Address;
  /** A listener that only clusters of the same Envoy connect to. */
  internalListener?: object;
  additionalAddresses?: { address?: Address }[];
  filterChains?: FilterChain[];
  defaultFilterChain?: FilterChain;
  filterChainMatcher?: Matcher;
  listenerFilters?: ListenerFilter[];
  listenerFiltersTimeout?: Duration;
  continueOnListenerFiltersTimeout?: boolean;
  useOriginalDst?: boolean;
  bindToPort?: boolean;
  connectionBalanceConfig?: { exactBalance?: object };
  trafficDirection?: 'UNSPECIFIED' | 'INBOUND' | 'OUTBOUND';
  udpListenerConfig?: object;
  transparent?: boolean;
  accessLog?: AccessLog[];
  maxConnectionsToAcceptPerSocketEvent?: number;
  perConnectionBufferLimitBytes?: number;
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
  filters?: NetworkFilter[];
  transportSocket?: Extension;
  transportSocketConnectTimeout?: Duration;
  metadata?: Metadata;
}

export interface NetworkFilter extends Extension {
  configDiscovery?: ExtensionConfigSource;
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
  tlsParams?: TlsParameters;
  tlsCertificates?: object[];
  tlsCertificateSdsSecretConfigs?: SdsSecretConfig[];
  validationContext?: CertificateValidationContext;
  validationContextSdsSecretConfig?: SdsSecretConfig;
  combinedValidationContext?: {
    defaultValidationContext?: CertificateValidationContext;
    validationContextSdsSecretConfig?: SdsSecretConfig;
  };
}

export interface TlsParameters {
  tlsMinimumProtocolVersion?: string;
  tlsMaximumProtocolVersion?: string;
  cipherSuites?: string[];
  ecdhCurves?: string[];
}

/** A certificate or what it is checked against, fetched by its name. */
export interface SdsSecretConfig {
  name?: string;
  sdsConfig?: ConfigSource;
}

export interface CertificateValidationContext {
  trustedCa?: object;
  matchSubjectAltNames?: StringMatcher[];
  matchTypedSubjectAltNames?: { sanType?: string; matcher?: StringMatcher }[];
  crl?: DataSource;
  verifyCertificateSpki?: string[];
  verifyCertificateHash?: string[];
  trustChainVerification?: 'VERIFY_TRUST_CHAIN' | 'ACCEPT_UNTRUSTED';
}
