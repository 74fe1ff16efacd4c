import alphaAnnotation from './alpha-annotation';
import conflictingInjectionLabels from './conflicting-injection-labels';
import deprecatedAnnotation from './deprecated-annotation';
import certainFault from './certain-fault';
import conflictingDestinationRules from './conflicting-destination-rules';
import conflictingVirtualServices from './conflicting-virtual-services';
import duplicateResource from './duplicate-resource';
import invalidAnnotation from './invalid-annotation';
import misplacedAnnotation from './misplaced-annotation';
import missingCaCertificates from './missing-ca-certificates';
import namespaceInjectedByDefault from './namespace-injected-by-default';
import outdatedProxyImage from './outdated-proxy-image';
import podWithoutSidecar from './pod-without-sidecar';
import proxyUserId from './proxy-user-id';
import ambiguousOutboundMode from './ambiguous-outbound-mode';
import conflictingGateways from './conflicting-gateways';
import conflictingKubernetesGateways from './conflicting-kubernetes-gateways';
import conflictingServiceEntries from './conflicting-service-entries';
import conflictingSidecars from './conflicting-sidecars';
import duplicateGatewayCertificate from './duplicate-gateway-certificate';
import duplicateListener from './duplicate-listener';
import ineffectiveWeight from './ineffective-weight';
import repeatedDestination from './repeated-destination';
import sidecarGlobalSelector from './sidecar-global-selector';
import subsetRouteMissedByGateway from './subset-route-missed-by-gateway';
import type { Rule } from './rule';
import schemaViolation from './schema-violation';
import selectorOnKubernetesGateway from './selector-on-kubernetes-gateway';
import unboundPolicy from './unbound-policy';
import uninjectedImageAuto from './uninjected-image-auto';
import uninjectedNamespace from './uninjected-namespace';
import unknownAnnotation from './unknown-annotation';
import shadowedRoute from './shadowed-route';
import unknownAuthority from './unknown-authority';
import unknownMethod from './unknown-method';
import unknownPrincipal from './unknown-principal';
import unknownSourceNamespace from './unknown-source-namespace';
import unknownTrustDomain from './unknown-trust-domain';
import unprovenClaim from './unproven-claim';
import unprovenClaimRoute from './unproven-claim-route';
import unreadableFile from './unreadable-file';
import unrenderedTemplate from './unrendered-template';
import unrestrictedJwksFetch from './unrestricted-jwks-fetch';
import unusedSuppression from './unused-suppression';
import yamlSyntax from './yaml-syntax';

/** Every rule there is. Those that judge a single document stand first; what asks which suppressions were used stands last. */
export const rules: readonly Rule[] = [
  unreadableFile,
  yamlSyntax,
  unrenderedTemplate,
  schemaViolation,
  duplicateResource,
  uninjectedNamespace,
  namespaceInjectedByDefault,
  conflictingInjectionLabels,
  podWithoutSidecar,
  uninjectedImageAuto,
  outdatedProxyImage,
  proxyUserId,
  misplacedAnnotation,
  unknownAnnotation,
  invalidAnnotation,
  deprecatedAnnotation,
  alphaAnnotation,
  certainFault,
  shadowedRoute,
  missingCaCertificates,
  selectorOnKubernetesGateway,
  unboundPolicy,
  unknownAuthority,
  unknownMethod,
  unknownPrincipal,
  unknownSourceNamespace,
  unknownTrustDomain,
  unprovenClaim,
  unprovenClaimRoute,
  unrestrictedJwksFetch,
  conflictingVirtualServices,
  conflictingDestinationRules,
  subsetRouteMissedByGateway,
  sidecarGlobalSelector,
  repeatedDestination,
  ineffectiveWeight,
  duplicateListener,
  duplicateGatewayCertificate,
  conflictingSidecars,
  conflictingServiceEntries,
  conflictingKubernetesGateways,
  conflictingGateways,
  ambiguousOutboundMode,
  unusedSuppression,
];
