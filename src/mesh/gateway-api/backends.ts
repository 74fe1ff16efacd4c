/** Where routes of the Gateway API lead. */
import type { BackendRef } from '../../schema/kinds/gateway-api';
import type { Destination } from '../../schema/kinds/networking';
import type { Mesh } from '../mesh';
import { serviceCalled } from './parents';
import { type End, type FullKind, SERVICE, isGranted, kindOf } from './references';

/** Whose routes they are. A route of the mesh leads wherever it likes, one of a gateway needs leave for other namespaces. */
export interface Sender extends End {
  readonly needsGrant: 'across-namespaces' | 'never';
}

/** Why a backend is not what it should be. */
export interface BackendProblem {
  readonly because:
    'not-granted' | 'unknown-kind' | 'unknown-service' | 'hostname-for-name' | 'namespace-with-hostname' | 'no-port';
  /** Whether the whole route is void. Else requests are answered with 500, or 503 where the service is not there. */
  readonly effect: 'no-route' | 'error';
}

/** A destination; absent where there is no telling which was meant. */
export interface Backend {
  readonly destination?: Destination;
  readonly problem?: BackendProblem;
}

const HOSTNAME: FullKind = 'networking.istio.io/Hostname';
const SERVICE_IMPORT: FullKind = 'multicluster.x-k8s.io/ServiceImport';

/** istio: buildDestination */
export function backend(mesh: Mesh, sender: Sender, reference: BackendRef): Backend {
  const { name = '', namespace = sender.namespace, port } = reference;
  const kind = kindOf(reference, SERVICE);
  const foreign = reference.namespace !== undefined && namespace !== sender.namespace;
  if (foreign && sender.needsGrant !== 'never' && !isGranted(mesh, sender, { kind, namespace }, name))
    return { destination: {}, problem: { because: 'not-granted', effect: 'error' } };
  const host = hostOf(mesh, kind, namespace, name);
  if (host === undefined) return { destination: {}, problem: { because: 'unknown-kind', effect: 'error' } };
  if (kind === SERVICE && name.includes('.')) return { problem: { because: 'hostname-for-name', effect: 'no-route' } };
  if (kind === HOSTNAME && reference.namespace !== undefined)
    return { problem: { because: 'namespace-with-hostname', effect: 'no-route' } };
  if (port === undefined) return { problem: { because: 'no-port', effect: 'no-route' } };
  const missing = kind !== HOSTNAME && !serviceCalled(mesh, namespace, name);
  return {
    destination: { host, port: { number: port } },
    ...(missing && { problem: { because: 'unknown-service', effect: 'error' } }),
  };
}

function hostOf(mesh: Mesh, kind: FullKind, namespace: string, name: string): string | undefined {
  if (kind === HOSTNAME) return name;
  return kind === SERVICE || kind === SERVICE_IMPORT ? `${name}.${namespace}.svc.${mesh.domain}` : undefined;
}
