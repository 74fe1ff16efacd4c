/** Hosts for which sidecars find several VirtualServices. */
import { addTo } from '../../mesh/grouping';
import { HostIndex } from '../../mesh/services/host-index';
import { perMesh } from '../../mesh/memo';
import type { Mesh } from '../../mesh/mesh';
import { type Audience, audienceOf, overlap } from '../../mesh/traffic/sidecar-views';
import { type VirtualService, writtenVirtualServices } from '../../mesh/traffic/virtual-services';
import { type Claim, type Precedence, compete, precedence } from './claims';

/** A claim, and another that it meets. */
export interface Rivalry {
  readonly claim: Claim;
  readonly rival: Claim;
  readonly precedence: Precedence;
}

/** Claims to the very same host, each with its rivals. Of these only one counts. */
export const sameHostRivalries = (mesh: Mesh): Map<Claim, Rivalry[]> => {
  const found = new Map<Claim, Rivalry[]>();
  for (const claims of claimsByHost(mesh).values())
    for (const claim of claims) for (const rival of claims) addRivalry(mesh, found, claim, rival);
  return found;
};

/** Claims to a host and to a wildcard that covers it, each with its rivals. The more specific one counts. */
export const wildcardRivalries = (mesh: Mesh): Map<Claim, Rivalry[]> => {
  const index = claimsByHost(mesh);
  const found = new Map<Claim, Rivalry[]>();
  for (const claims of index.values())
    for (const { host, value } of index.covering(claims[0]!.host.name.toLowerCase())) {
      if (host === claims[0]!.host.name.toLowerCase()) continue;
      for (const claim of claims)
        for (const wide of value) {
          addRivalry(mesh, found, claim, wide);
          addRivalry(mesh, found, wide, claim);
        }
    }
  return found;
};

function claimsByHost(mesh: Mesh): HostIndex<Claim[]> {
  const index = new HostIndex<Claim[]>();
  for (const virtualService of writtenVirtualServices(mesh)) {
    if (!virtualService.gateways.some(({ name }) => name === 'mesh')) continue;
    for (const host of virtualService.hosts) index.at(host.name.toLowerCase(), () => []).push({ virtualService, host });
  }
  return index;
}

function addRivalry(mesh: Mesh, found: Map<Claim, Rivalry[]>, claim: Claim, rival: Claim): void {
  if (claim.virtualService === rival.virtualService || (found.get(claim)?.length ?? 0) >= MOST_RIVALS) return;
  if (!overlap(followers(mesh, claim.virtualService), followers(mesh, rival.virtualService))) return;
  const known = precedence(claim.virtualService, rival.virtualService);
  if (!known || !compete(claim.virtualService, rival.virtualService)) return;
  addTo(found, claim, { claim, rival, precedence: known });
}

const audiences = perMesh(() => new Map<VirtualService, Audience>());

function followers(mesh: Mesh, virtualService: VirtualService): Audience {
  const known = audiences(mesh).get(virtualService) ?? audienceOf(mesh, virtualService);
  audiences(mesh).set(virtualService, known);
  return known;
}

/** Nobody reads more of them, and a host that all have claims of would take long. */
const MOST_RIVALS = 20;
