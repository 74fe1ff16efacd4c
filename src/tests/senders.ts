/** Who sends the requests of tests that only name a host. */
import { gatewaysOf } from '../mesh/gateways/gateways';
import { covers } from '../mesh/services/hostname';
import type { Mesh } from '../mesh/mesh';
import { type NameChoices, choicesFor, fullName } from '../mesh/workloads/name-choices';
import { proxies } from '../mesh/workloads/proxy';
import { type VirtualService, virtualServices } from '../mesh/traffic/virtual-services';
import type { Request } from '../simulation/request';

/** Why nothing in a mesh could send the requests. */
export type MissingSender = {
  readonly missing:
    | { readonly kind: 'proxy'; readonly name: string; readonly choices: NameChoices }
    | { readonly kind: 'sender'; readonly authority: string };
};

/** Who sends a request for a host: the proxy that is asked for, else a gateway with routes for it, else any sidecar. */
export function senderOf(
  mesh: Mesh,
  authority: string,
  proxy: string | undefined,
): Pick<Request, 'from' | 'gateway'> | MissingSender {
  const all = proxies(mesh);
  const wanted = proxy === undefined ? undefined : all.find((each) => fullName(each) === proxy);
  if (proxy !== undefined && !wanted)
    return { missing: { kind: 'proxy', name: proxy, choices: choicesFor(mesh, proxy, all.map(fullName)) } };
  const host = authority.replace(/:\d+$/, '');
  const chosen = wanted ?? gatewayFor(mesh, host) ?? all.find(({ kind }) => kind === 'sidecar');
  if (!chosen) return { missing: { kind: 'sender', authority } };
  return chosen.kind === 'gateway' ? { gateway: fullName(chosen) } : { from: fullName(chosen) };
}

function gatewayFor(mesh: Mesh, host: string) {
  const names = new Set(
    virtualServices(mesh)
      .filter(({ hosts }) => hosts.some(({ name }) => covers(name, host)))
      .flatMap(({ gateways }: VirtualService) => gateways.map(({ name }) => name)),
  );
  return proxies(mesh).find(
    (each) =>
      each.kind === 'gateway' &&
      gatewaysOf(mesh, each).some(({ namespace, name }) => names.has(`${namespace}/${name}`)),
  );
}
