import alphaAnnotation from './alpha-annotation';
import ambiguousOutboundMode from './ambiguous-outbound-mode';
import certainFault from './certain-fault';
import certificateForOtherHosts from './certificate-for-other-hosts';
import closedWorkload from './closed-workload';
import competingTelemetries from './competing-telemetries';
import conflictingDestinationRules from './conflicting-destination-rules';
import conflictingGateways from './conflicting-gateways';
import conflictingInjectionLabels from './conflicting-injection-labels';
import conflictingKubernetesGateways from './conflicting-kubernetes-gateways';
import conflictingPeerAuthentications from './conflicting-peer-authentications';
import conflictingPortProtocols from './conflicting-port-protocols';
import conflictingServiceEntries from './conflicting-service-entries';
import conflictingSidecars from './conflicting-sidecars';
import conflictingVirtualServices from './conflicting-virtual-services';
import deprecatedAnnotation from './deprecated-annotation';
import deprecatedApiVersion from './deprecated-api-version';
import deprecatedField from './deprecated-field';
import deprecatedProvider from './deprecated-provider';
import dottedGatewayName from './dotted-gateway-name';
import doubleTls from './double-tls';
import droppedMtls from './dropped-mtls';
import duplicateGatewayCertificate from './duplicate-gateway-certificate';
import duplicateListener from './duplicate-listener';
import duplicateResource from './duplicate-resource';
import duplicateWorkloadGroup from './duplicate-workload-group';
import expiredCertificate from './expired-certificate';
import externalNameAsTcp from './external-name-as-tcp';
import foreignWaypointHost from './foreign-waypoint-host';
import gatewayPortNotOnService from './gateway-port-not-on-service';
import hostNotOnGateway from './host-not-on-gateway';
import hostWithoutWaypoint from './host-without-waypoint';
import httpPolicyOnTcpPort from './http-policy-on-tcp-port';
import ignoredRootSelector from './ignored-root-selector';
import ignoredRouteHostnames from './ignored-route-hostnames';
import ignoredTargetPort from './ignored-target-port';
import impossibleRetries from './impossible-retries';
import inconsistentService from './inconsistent-service';
import ineffectiveFault from './ineffective-fault';
import ineffectivePatch from './ineffective-patch';
import ineffectiveWeight from './ineffective-weight';
import internalGatewayReference from './internal-gateway-reference';
import invalidAnnotation from './invalid-annotation';
import invalidMixerConfiguration from './invalid-mixer-configuration';
import invalidWebhookAddress from './invalid-webhook-address';
import kubernetesGatewayReference from './kubernetes-gateway-reference';
import mismatchedPrivateKey from './mismatched-private-key';
import mismatchedRouteProtocol from './mismatched-route-protocol';
import misplacedAnnotation from './misplaced-annotation';
import missingCaCertificates from './missing-ca-certificates';
import mtlsToPlaintextServer from './mtls-to-plaintext-server';
import mtlsToServerWithoutSidecar from './mtls-to-server-without-sidecar';
import namespaceInjectedByDefault from './namespace-injected-by-default';
import negativeCondition from './negative-condition';
import oldApiVersion from './old-api-version';
import outdatedGatewayApi from './outdated-gateway-api';
import outdatedProxyImage from './outdated-proxy-image';
import overlappingInjectors from './overlapping-injectors';
import overlappingTelemetries from './overlapping-telemetries';
import plainHttpOnHttpsHost from './plain-http-on-https-host';
import plaintextToStrictServer from './plaintext-to-strict-server';
import podWithoutSidecar from './pod-without-sidecar';
import policyWithoutWaypoint from './policy-without-waypoint';
import proxyUserId from './proxy-user-id';
import redirectLoop from './redirect-loop';
import refusedAllowRule from './refused-allow-rule';
import relativePatchWithoutPriority from './relative-patch-without-priority';
import repeatedDestination from './repeated-destination';
import rewriteWithWrongSlashes from './rewrite-with-wrong-slashes';
import type { Rule } from './rule';
import schemaViolation from './schema-violation';
import schemaWarning from './schema-warning';
import selectorAtWaypoint from './selector-at-waypoint';
import selectorOnKubernetesGateway from './selector-on-kubernetes-gateway';
import serviceEntryWithoutAddresses from './service-entry-without-addresses';
import shadowedRoute from './shadowed-route';
import shortHostName from './short-host-name';
import sidecarAndAmbient from './sidecar-and-ambient';
import sidecarGlobalSelector from './sidecar-global-selector';
import sidecarHidesDestination from './sidecar-hides-destination';
import sidecarOnAmbient from './sidecar-on-ambient';
import strictWithoutClientMtls from './strict-without-client-mtls';
import subsetRouteMissedByGateway from './subset-route-missed-by-gateway';
import subsetWithoutLabels from './subset-without-labels';
import subsetWithoutPods from './subset-without-pods';
import telemetryWithoutProvider from './telemetry-without-provider';
import unattachedRoute from './unattached-route';
import unboundGateway from './unbound-gateway';
import unboundMatchGateway from './unbound-match-gateway';
import unboundPolicy from './unbound-policy';
import unboundSelector from './unbound-selector';
import undeclaredTargetPort from './undeclared-target-port';
import undocumentedPatch from './undocumented-patch';
import uninjectedImageAuto from './uninjected-image-auto';
import uninjectedNamespace from './uninjected-namespace';
import unknownAnnotation from './unknown-annotation';
import unknownAuthority from './unknown-authority';
import unknownBackend from './unknown-backend';
import unknownCredential from './unknown-credential';
import unknownDelegate from './unknown-delegate';
import unknownDestinationPort from './unknown-destination-port';
import unknownDestinationRuleHost from './unknown-destination-rule-host';
import unknownEgressHost from './unknown-egress-host';
import unknownExportNamespace from './unknown-export-namespace';
import unknownGateway from './unknown-gateway';
import unknownGatewayClass from './unknown-gateway-class';
import unknownGoverningService from './unknown-governing-service';
import unknownGrantedNamespace from './unknown-granted-namespace';
import unknownHost from './unknown-host';
import unknownInjectorService from './unknown-injector-service';
import unknownLabelValue from './unknown-label-value';
import unknownLegacyTarget from './unknown-legacy-target';
import unknownMethod from './unknown-method';
import unknownMixerReference from './unknown-mixer-reference';
import unknownNetworkRegistry from './unknown-network-registry';
import unknownPolicyTarget from './unknown-policy-target';
import unknownPrincipal from './unknown-principal';
import unknownProxySetting from './unknown-proxy-setting';
import unknownServiceAccount from './unknown-service-account';
import unknownServiceRole from './unknown-service-role';
import unknownSourceNamespace from './unknown-source-namespace';
import unknownSubset from './unknown-subset';
import unknownTargetPort from './unknown-target-port';
import unknownTelemetryProvider from './unknown-telemetry-provider';
import unknownTrustDomain from './unknown-trust-domain';
import unknownWaypoint from './unknown-waypoint';
import unmatchablePath from './unmatchable-path';
import unmatchablePolicyRule from './unmatchable-policy-rule';
import unmatchableRequestPrincipal from './unmatchable-request-principal';
import unmatchableRoute from './unmatchable-route';
import unmatchedProxyVersion from './unmatched-proxy-version';
import unprotectedWorkload from './unprotected-workload';
import unprovenClaim from './unproven-claim';
import unprovenClaimRoute from './unproven-claim-route';
import unprovenIdentity from './unproven-identity';
import unreadableFile from './unreadable-file';
import unrenderedTemplate from './unrendered-template';
import unrequiredMtls from './unrequired-mtls';
import unrestrictedJwksFetch from './unrestricted-jwks-fetch';
import unservedHttpsRedirect from './unserved-https-redirect';
import unservedPolicyPort from './unserved-policy-port';
import unspecifiedDestinationPort from './unspecified-destination-port';
import unsupportedPortProtocol from './unsupported-port-protocol';
import unusableCredential from './unusable-credential';
import unusedDestinationRule from './unused-destination-rule';
import unusedGateway from './unused-gateway';
import unusedServiceEntry from './unused-service-entry';
import unusedSidecar from './unused-sidecar';
import unusedSuppression from './unused-suppression';
import unusedVirtualService from './unused-virtual-service';
import virtualServiceHiddenFromGateway from './virtual-service-hidden-from-gateway';
import waypointOutsideAmbient from './waypoint-outside-ambient';
import webhookWithoutHostname from './webhook-without-hostname';
import weightlessDestination from './weightless-destination';
import wildcardInPath from './wildcard-in-path';
import workloadWithoutWaypoint from './workload-without-waypoint';
import yamlSyntax from './yaml-syntax';

/** Every rule there is. Those that judge a single document stand first; what asks which suppressions were used stands last. */
export const rules: readonly Rule[] = [
  unreadableFile,
  yamlSyntax,
  unrenderedTemplate,
  schemaViolation,
  schemaWarning,
  duplicateResource,
  inconsistentService,
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
  deprecatedApiVersion,
  alphaAnnotation,
  certainFault,
  ineffectiveFault,
  shadowedRoute,
  unmatchableRoute,
  shortHostName,
  missingCaCertificates,
  selectorOnKubernetesGateway,
  unboundPolicy,
  unknownPolicyTarget,
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
  unusedVirtualService,
  unusedSidecar,
  unusedServiceEntry,
  unusedGateway,
  unusedDestinationRule,
  sidecarHidesDestination,
  plainHttpOnHttpsHost,
  impossibleRetries,
  subsetRouteMissedByGateway,
  sidecarGlobalSelector,
  repeatedDestination,
  ineffectiveWeight,
  weightlessDestination,
  duplicateListener,
  duplicateGatewayCertificate,
  conflictingSidecars,
  conflictingServiceEntries,
  conflictingKubernetesGateways,
  conflictingGateways,
  ambiguousOutboundMode,
  unsupportedPortProtocol,
  externalNameAsTcp,
  conflictingPortProtocols,
  unknownTargetPort,
  undeclaredTargetPort,
  unknownGoverningService,
  ineffectivePatch,
  undocumentedPatch,
  relativePatchWithoutPriority,
  unmatchedProxyVersion,
  telemetryWithoutProvider,
  unknownTelemetryProvider,
  deprecatedProvider,
  competingTelemetries,
  overlappingTelemetries,
  overlappingInjectors,
  unknownInjectorService,
  invalidMixerConfiguration,
  invalidWebhookAddress,
  webhookWithoutHostname,
  outdatedGatewayApi,
  negativeCondition,
  oldApiVersion,
  unknownCredential,
  unusableCredential,
  expiredCertificate,
  mismatchedPrivateKey,
  certificateForOtherHosts,
  plaintextToStrictServer,
  strictWithoutClientMtls,
  mtlsToPlaintextServer,
  mtlsToServerWithoutSidecar,
  unrequiredMtls,
  droppedMtls,
  unprovenIdentity,
  unknownHost,
  unknownDestinationPort,
  unspecifiedDestinationPort,
  unknownSubset,
  unknownGateway,
  unboundGateway,
  hostNotOnGateway,
  unboundMatchGateway,
  dottedGatewayName,
  internalGatewayReference,
  kubernetesGatewayReference,
  gatewayPortNotOnService,
  unknownDelegate,
  unknownDestinationRuleHost,
  subsetWithoutPods,
  subsetWithoutLabels,
  unknownExportNamespace,
  unknownEgressHost,
  mismatchedRouteProtocol,
  serviceEntryWithoutAddresses,
  deprecatedField,
  unattachedRoute,
  unknownBackend,
  unknownGatewayClass,
  unknownGrantedNamespace,
  unknownNetworkRegistry,
  policyWithoutWaypoint,
  selectorAtWaypoint,
  hostWithoutWaypoint,
  foreignWaypointHost,
  unknownWaypoint,
  waypointOutsideAmbient,
  sidecarAndAmbient,
  sidecarOnAmbient,
  unboundSelector,
  unknownServiceAccount,
  duplicateWorkloadGroup,
  unknownServiceRole,
  unknownMixerReference,
  unknownLegacyTarget,
  workloadWithoutWaypoint,
  conflictingPeerAuthentications,
  ignoredRootSelector,
  unservedPolicyPort,
  httpPolicyOnTcpPort,
  unmatchablePath,
  unmatchablePolicyRule,
  refusedAllowRule,
  closedWorkload,
  unprotectedWorkload,
  unknownLabelValue,
  wildcardInPath,
  rewriteWithWrongSlashes,
  ignoredTargetPort,
  ignoredRouteHostnames,
  unservedHttpsRedirect,
  redirectLoop,
  virtualServiceHiddenFromGateway,
  unmatchableRequestPrincipal,
  doubleTls,
  unknownProxySetting,
  unusedSuppression,
];
