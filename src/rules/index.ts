import alphaAnnotation from './annotations/alpha-annotation';
import ambiguousOutboundMode from './sidecars/ambiguous-outbound-mode';
import certainFault from './routes/certain-fault';
import certificateForOtherHosts from './certificates/certificate-for-other-hosts';
import closedWorkload from './authorization/closed-workload';
import competingTelemetries from './telemetry/competing-telemetries';
import conflictingDestinationRules from './destinations/conflicting-destination-rules';
import conflictingGateways from './gateways/conflicting-gateways';
import conflictingInjectionLabels from './injection/conflicting-injection-labels';
import conflictingKubernetesGateways from './gateway-api/conflicting-kubernetes-gateways';
import conflictingPeerAuthentications from './mutual-tls/conflicting-peer-authentications';
import conflictingPortProtocols from './services/conflicting-port-protocols';
import conflictingServiceEntries from './services/conflicting-service-entries';
import conflictingSidecars from './sidecars/conflicting-sidecars';
import conflictingVirtualServices from './routes/conflicting-virtual-services';
import deniedWaypoint from './ambient/denied-waypoint';
import deprecatedAnnotation from './annotations/deprecated-annotation';
import deprecatedApiVersion from './documents/deprecated-api-version';
import deprecatedField from './documents/deprecated-field';
import deprecatedProvider from './telemetry/deprecated-provider';
import disabledMtlsInAmbient from './ambient/disabled-mtls-in-ambient';
import dottedGatewayName from './gateways/dotted-gateway-name';
import doubleTls from './mutual-tls/double-tls';
import droppedMtls from './mutual-tls/dropped-mtls';
import duplicateGatewayCertificate from './certificates/duplicate-gateway-certificate';
import duplicateListener from './gateway-api/duplicate-listener';
import duplicateResource from './documents/duplicate-resource';
import duplicateWorkloadGroup from './workloads/duplicate-workload-group';
import entryForKubernetesService from './services/entry-for-kubernetes-service';
import expiredCertificate from './certificates/expired-certificate';
import externalNameAsTcp from './services/external-name-as-tcp';
import foreignWaypointHost from './ambient/foreign-waypoint-host';
import gatewayPortNotOnService from './gateways/gateway-port-not-on-service';
import hiddenClientAddress from './authorization/hidden-client-address';
import hostNotOnGateway from './gateways/host-not-on-gateway';
import hostWithoutWaypoint from './ambient/host-without-waypoint';
import httpPolicyOnTcpPort from './authorization/http-policy-on-tcp-port';
import ignoredRootSelector from './mutual-tls/ignored-root-selector';
import ignoredRouteHostnames from './gateway-api/ignored-route-hostnames';
import ignoredTargetPort from './services/ignored-target-port';
import impossibleRetries from './routes/impossible-retries';
import inconsistentService from './services/inconsistent-service';
import ineffectiveFault from './routes/ineffective-fault';
import ineffectivePatch from './envoy-filters/ineffective-patch';
import ineffectiveWeight from './routes/ineffective-weight';
import internalGatewayReference from './gateways/internal-gateway-reference';
import invalidAnnotation from './annotations/invalid-annotation';
import invalidHeaderName from './routes/invalid-header-name';
import invalidMixerConfiguration from './legacy/invalid-mixer-configuration';
import invalidWebhookAddress from './injection/invalid-webhook-address';
import jwksUriWithoutHost from './authorization/jwks-uri-without-host';
import kubernetesGatewayReference from './gateways/kubernetes-gateway-reference';
import mismatchedPrivateKey from './certificates/mismatched-private-key';
import mismatchedRouteProtocol from './routes/mismatched-route-protocol';
import misplacedAnnotation from './annotations/misplaced-annotation';
import missingCaCertificates from './mutual-tls/missing-ca-certificates';
import mtlsToExcludedPort from './mutual-tls/mtls-to-excluded-port';
import mtlsToPlaintextServer from './mutual-tls/mtls-to-plaintext-server';
import mtlsToServerWithoutSidecar from './mutual-tls/mtls-to-server-without-sidecar';
import namespaceInjectedByDefault from './injection/namespace-injected-by-default';
import negativeCondition from './documents/negative-condition';
import oldApiVersion from './documents/old-api-version';
import outdatedGatewayApi from './gateway-api/outdated-gateway-api';
import outdatedProxyImage from './injection/outdated-proxy-image';
import overlappingInjectors from './injection/overlapping-injectors';
import overlappingTelemetries from './telemetry/overlapping-telemetries';
import partialAuthority from './authorization/partial-authority';
import plainHttpOnHttpsHost from './routes/plain-http-on-https-host';
import plaintextToStrictServer from './mutual-tls/plaintext-to-strict-server';
import podWithoutSidecar from './injection/pod-without-sidecar';
import policyWithoutWaypoint from './ambient/policy-without-waypoint';
import proxyUserId from './injection/proxy-user-id';
import redirectLoop from './gateways/redirect-loop';
import refusedAllowRule from './authorization/refused-allow-rule';
import relativePatchWithoutPriority from './envoy-filters/relative-patch-without-priority';
import refusedByEnvoy from './routes/refused-by-envoy';
import repeatedDestination from './routes/repeated-destination';
import rewriteWithWrongSlashes from './routes/rewrite-with-wrong-slashes';
import type { Rule } from './rule';
import schemaViolation from './documents/schema-violation';
import schemaWarning from './documents/schema-warning';
import selectorAtWaypoint from './ambient/selector-at-waypoint';
import selectorOnKubernetesGateway from './authorization/selector-on-kubernetes-gateway';
import serviceEntryWithoutAddresses from './services/service-entry-without-addresses';
import shadowedRoute from './routes/shadowed-route';
import shortHostName from './destinations/short-host-name';
import sidecarAndAmbient from './ambient/sidecar-and-ambient';
import sidecarGlobalSelector from './sidecars/sidecar-global-selector';
import sidecarHidesDestination from './sidecars/sidecar-hides-destination';
import sidecarOnAmbient from './ambient/sidecar-on-ambient';
import strictWithoutClientMtls from './mutual-tls/strict-without-client-mtls';
import subsetRouteMissedByGateway from './gateways/subset-route-missed-by-gateway';
import subsetWithoutLabels from './destinations/subset-without-labels';
import subsetWithoutPods from './destinations/subset-without-pods';
import telemetryWithoutProvider from './telemetry/telemetry-without-provider';
import unattachedRoute from './gateway-api/unattached-route';
import unboundGateway from './gateways/unbound-gateway';
import unboundMatchGateway from './gateways/unbound-match-gateway';
import unboundPolicy from './authorization/unbound-policy';
import unboundSelector from './workloads/unbound-selector';
import undeclaredTargetPort from './services/undeclared-target-port';
import undocumentedPatch from './envoy-filters/undocumented-patch';
import uninjectedImageAuto from './injection/uninjected-image-auto';
import uninjectedNamespace from './injection/uninjected-namespace';
import unknownAnnotation from './annotations/unknown-annotation';
import unknownAuthority from './authorization/unknown-authority';
import unknownBackend from './gateway-api/unknown-backend';
import unknownCredential from './certificates/unknown-credential';
import unknownDelegate from './routes/unknown-delegate';
import unknownDestinationPort from './destinations/unknown-destination-port';
import unknownDestinationRuleHost from './destinations/unknown-destination-rule-host';
import unknownEgressHost from './sidecars/unknown-egress-host';
import unknownExportNamespace from './destinations/unknown-export-namespace';
import unknownGateway from './gateways/unknown-gateway';
import unknownGatewayClass from './gateway-api/unknown-gateway-class';
import unknownGoverningService from './services/unknown-governing-service';
import unknownGrantedNamespace from './gateway-api/unknown-granted-namespace';
import unknownHost from './destinations/unknown-host';
import unknownInjectorService from './injection/unknown-injector-service';
import unknownLabelValue from './annotations/unknown-label-value';
import unknownLegacyTarget from './legacy/unknown-legacy-target';
import unknownMethod from './authorization/unknown-method';
import alwaysDenyingList from './legacy/always-denying-list';
import unknownMixerQuota from './legacy/unknown-mixer-quota';
import unmatchableMixerRule from './legacy/unmatchable-mixer-rule';
import unmatchedQuotaOverride from './legacy/unmatched-quota-override';
import unusedMixerHandler from './legacy/unused-mixer-handler';
import unknownMixerReference from './legacy/unknown-mixer-reference';
import unknownNetworkRegistry from './workloads/unknown-network-registry';
import unknownPolicyTarget from './authorization/unknown-policy-target';
import unknownPrincipal from './authorization/unknown-principal';
import unknownProxySetting from './annotations/unknown-proxy-setting';
import unknownServiceAccount from './workloads/unknown-service-account';
import untranslatedPolicy from './legacy/untranslated-policy';
import unknownServiceRole from './legacy/unknown-service-role';
import unknownSourceNamespace from './authorization/unknown-source-namespace';
import unknownSubset from './destinations/unknown-subset';
import unknownTargetPort from './services/unknown-target-port';
import unknownTelemetryProvider from './telemetry/unknown-telemetry-provider';
import unknownTrustDomain from './authorization/unknown-trust-domain';
import unknownWaypoint from './ambient/unknown-waypoint';
import unmatchablePath from './authorization/unmatchable-path';
import unmatchablePolicyRule from './authorization/unmatchable-policy-rule';
import unmatchableRequestPrincipal from './authorization/unmatchable-request-principal';
import unmatchableRoute from './routes/unmatchable-route';
import unmatchedPatch from './envoy-filters/unmatched-patch';
import unmatchedProxyVersion from './envoy-filters/unmatched-proxy-version';
import unprotectedWorkload from './authorization/unprotected-workload';
import unprovenClaim from './authorization/unproven-claim';
import unprovenClaimRoute from './routes/unproven-claim-route';
import unprovenIdentity from './authorization/unproven-identity';
import unreadableFile from './documents/unreadable-file';
import unrenderedTemplate from './documents/unrendered-template';
import unrequiredMtls from './mutual-tls/unrequired-mtls';
import unrestrictedJwksFetch from './authorization/unrestricted-jwks-fetch';
import unservedHttpsRedirect from './gateways/unserved-https-redirect';
import unservedPolicyPort from './authorization/unserved-policy-port';
import unspecifiedDestinationPort from './destinations/unspecified-destination-port';
import unresolvedExternalName from './destinations/unresolved-external-name';
import unsupportedPortProtocol from './services/unsupported-port-protocol';
import unusableBackendTlsPolicy from './gateway-api/unusable-backend-tls-policy';
import unusableCaCertificate from './certificates/unusable-ca-certificate';
import unusableCredential from './certificates/unusable-credential';
import weakCertificate from './certificates/weak-certificate';
import unusableAuthorizationProvider from './authorization/unusable-authorization-provider';
import conflictingListenerSet from './gateway-api/conflicting-listener-set';
import unattachedListenerSet from './gateway-api/unattached-listener-set';
import unusableGatewayAddress from './gateway-api/unusable-gateway-address';
import unusableGatewayReference from './gateway-api/unusable-gateway-reference';
import unusableListener from './gateway-api/unusable-listener';
import unusedDestinationRule from './destinations/unused-destination-rule';
import unusedGateway from './gateways/unused-gateway';
import unusedServiceEntry from './services/unused-service-entry';
import unusedSidecar from './sidecars/unused-sidecar';
import unusedSuppression from './documents/unused-suppression';
import unusedVirtualService from './routes/unused-virtual-service';
import unusedWaypointLabel from './ambient/unused-waypoint-label';
import virtualServiceHiddenFromGateway from './gateways/virtual-service-hidden-from-gateway';
import waypointOutsideAmbient from './ambient/waypoint-outside-ambient';
import waypointWithoutListener from './ambient/waypoint-without-listener';
import webhookWithoutHostname from './injection/webhook-without-hostname';
import weightlessDestination from './routes/weightless-destination';
import wildcardInPath from './routes/wildcard-in-path';
import workloadWithoutWaypoint from './ambient/workload-without-waypoint';
import yamlSyntax from './documents/yaml-syntax';

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
  unusableListener,
  conflictingListenerSet,
  unattachedListenerSet,
  unusableGatewayAddress,
  unusableGatewayReference,
  unusableBackendTlsPolicy,
  duplicateGatewayCertificate,
  conflictingSidecars,
  conflictingServiceEntries,
  conflictingKubernetesGateways,
  conflictingGateways,
  ambiguousOutboundMode,
  unresolvedExternalName,
  unsupportedPortProtocol,
  externalNameAsTcp,
  conflictingPortProtocols,
  unknownTargetPort,
  undeclaredTargetPort,
  unknownGoverningService,
  ineffectivePatch,
  unmatchedPatch,
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
  invalidHeaderName,
  invalidMixerConfiguration,
  invalidWebhookAddress,
  webhookWithoutHostname,
  outdatedGatewayApi,
  negativeCondition,
  oldApiVersion,
  unknownCredential,
  unusableCredential,
  weakCertificate,
  unusableCaCertificate,
  entryForKubernetesService,
  expiredCertificate,
  mismatchedPrivateKey,
  certificateForOtherHosts,
  plaintextToStrictServer,
  strictWithoutClientMtls,
  mtlsToExcludedPort,
  mtlsToPlaintextServer,
  mtlsToServerWithoutSidecar,
  unrequiredMtls,
  droppedMtls,
  jwksUriWithoutHost,
  unprovenIdentity,
  hiddenClientAddress,
  unusableAuthorizationProvider,
  partialAuthority,
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
  unusedWaypointLabel,
  waypointWithoutListener,
  deniedWaypoint,
  disabledMtlsInAmbient,
  sidecarAndAmbient,
  sidecarOnAmbient,
  unboundSelector,
  unknownServiceAccount,
  duplicateWorkloadGroup,
  unknownServiceRole,
  untranslatedPolicy,
  unknownMixerReference,
  alwaysDenyingList,
  unknownMixerQuota,
  unmatchableMixerRule,
  unmatchedQuotaOverride,
  unusedMixerHandler,
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
  refusedByEnvoy,
  virtualServiceHiddenFromGateway,
  unmatchableRequestPrincipal,
  doubleTls,
  unknownProxySetting,
  unusedSuppression,
];
