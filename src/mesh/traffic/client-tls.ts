/** With which TLS a client's proxy calls a service. */
import type { Field } from '../../source/field';
import { type MtlsMode, namespaceMtls } from '../policies/authentication';
import type { Mesh } from '../mesh';
import { meshConfig } from '../settings/mesh-config';
import type { Service } from '../services/service';
import { endpointsOfPort } from '../services/services';
import type { EffectivePolicy } from './traffic-policy';

/** The TLS of a cluster: as a DestinationRule says, mutual with those endpoints that have a sidecar, or none. */
export type ClientTls =
  | {
      readonly by: 'destination-rule';
      readonly field: Field<NonNullable<NonNullable<EffectivePolicy['tls']>['value']>>;
    }
  | { readonly by: 'auto-mtls' }
  | { readonly by: 'nothing' };

/**
 * The TLS towards one port of a service. istio: ClusterBuilder.buildUpstreamTLSSettings
 * @param policy what the DestinationRule says for that port
 * @param inferredFrom the policy by which passthrough is recognised: that of the rule, or of the subset alone
 */
export function clientTls(
  mesh: Mesh,
  service: Service,
  port: number,
  policy: EffectivePolicy,
  inferredFrom: EffectivePolicy = policy,
): ClientTls {
  if (policy.tls) return { by: 'destination-rule', field: policy.tls };
  const mode = inferredMtls(mesh, service, port, inferredFrom);
  if (service.meshExternal || !meshConfig(mesh).enableAutoMtls || mode === undefined || mode === 'DISABLE')
    return { by: 'nothing' };
  return { by: 'auto-mtls' };
}

/**
 * What clients guess that a service demands: only mesh and namespace policies are looked at; where connections go to the address
 * that was called, all endpoints must have sidecars. istio: PushContext.BestEffortInferServiceMTLSMode
 */
export function inferredMtls(
  mesh: Mesh,
  service: Service,
  port: number,
  { loadBalancer }: EffectivePolicy,
): MtlsMode | undefined {
  if (service.meshExternal) return undefined;
  if (service.resolution === 'passthrough' || loadBalancer?.value.simple === 'PASSTHROUGH') {
    const endpoints = endpointsOfPort(mesh, service, port);
    if (endpoints.length === 0 || endpoints.some(({ tlsMode }) => tlsMode === 'disabled')) return 'DISABLE';
  }
  return namespaceMtls(mesh, service.namespace)?.mode ?? 'PERMISSIVE';
}
