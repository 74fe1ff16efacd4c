/** The identities that the servers of a service may have. */
import { perMesh } from '../memo';
import type { Mesh } from '../mesh';
import { meshConfig } from '../settings/mesh-config';
import { type Service, serviceKey } from '../services/service';
import { endpointsOf } from '../services/services';
import { inTrustDomains } from './spiffe';

const known = perMesh(() => new Map<string, readonly string[]>());

/** Those of its endpoints and those it declares, in every trust domain that counts as this one. istio: PushContext.ServiceAccounts */
export function identitiesOf(mesh: Mesh, service: Service): readonly string[] {
  const key = serviceKey(service);
  const before = known(mesh).get(key);
  if (before) return before;
  const ofEndpoints = endpointsOf(mesh, service).map(({ serviceAccount }) => serviceAccount);
  const all = new Set([...service.serviceAccounts, ...ofEndpoints].filter((identity) => identity !== ''));
  const expanded = inTrustDomains(all, meshConfig(mesh).trustDomainAliases);
  known(mesh).set(key, expanded);
  return expanded;
}
