/** Whether a proxy calls an endpoint with mutual TLS. */
import { mtlsOf } from '../../mesh/policies/authentication';
import type { DestinationRule } from '../../mesh/traffic/destination-rules';
import { perMesh } from '../../mesh/memo';
import type { Mesh } from '../../mesh/mesh';
import type { Endpoint } from '../../mesh/services/service';
import type { TrafficPolicy } from '../../schema/kinds/networking';

/** How a cluster finds out: as the rule says of all endpoints, or each endpoint for itself. istio: newMtlsChecker */
export function mtlsChecker(
  mesh: Mesh,
  rule: DestinationRule | undefined,
  subset: string,
  port: number,
): (endpoint: Endpoint) => boolean {
  const mode = modeOf(rule, subset, port);
  return mode === undefined ? (endpoint) => demandsMtls(mesh, endpoint) : () => mode === 'ISTIO_MUTUAL';
}

const known = perMesh(() => new WeakMap<Endpoint, boolean>());

/** Whether its sidecar takes mutual TLS at its port. istio: mtlsChecker.checkMtlsEnabled */
function demandsMtls(mesh: Mesh, endpoint: Endpoint): boolean {
  if (endpoint.tlsMode !== 'istio') return false;
  const before = known(mesh).get(endpoint);
  if (before !== undefined) return before;
  const demands = mtlsOf(mesh, endpoint, endpoint.port).mode !== 'DISABLE';
  known(mesh).set(endpoint, demands);
  return demands;
}

/** The mode that a rule sets for a port; that of a subset counts before that of the host. istio: tlsModeForDestinationRule */
function modeOf(rule: DestinationRule | undefined, subset: string, port: number): string | undefined {
  const ofHost = modeForPort(rule?.trafficPolicy?.value, port);
  if (subset === '') return ofHost;
  const declared = rule?.subsets.find(({ value }) => value.name === subset);
  return declared && (modeForPort(declared.value.trafficPolicy, port) ?? ofHost);
}

function modeForPort({ tls, portLevelSettings = [] }: TrafficPolicy = {}, port: number): string | undefined {
  const ofPort = portLevelSettings.find((each) => each.port?.number === port && each.tls);
  const settings = ofPort?.tls ?? tls;
  return settings && (settings.mode ?? 'DISABLE');
}
