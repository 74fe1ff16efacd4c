/** The proxy that somebody names, or why there is none. */
import { isCarried } from './ambient';
import type { InjectionReason } from './injection';
import type { Mesh } from './mesh';
import { type Proxy, findProxy } from './proxy';

/** As many names as fit into one line that somebody reads. */
const MOST_NAMES = 10;

/** The proxy of `WORKLOAD.NAMESPACE` or `POD.NAMESPACE`; a clause that says why there is none. */
export function proxyNamed(mesh: Mesh, name: string): Proxy | string {
  const found = findProxy(mesh, name);
  if ('proxy' in found) return found.proxy;
  if (found.because === 'unknown') return `there is no proxy "${name}"; ${proxyChoices(found.near)}`;
  const { kind } = found.workload;
  switch (found.because) {
    case 'no-proxy':
      return `${kind} "${name}" has no sidecar: ${
        isCarried(mesh, found.workload) ? 'it is in ambient mode' : injectionText(found.workload.injection.reason)
      }`;
    case 'no-pods':
      return `${kind} "${name}" has no pods, so there is no proxy to configure`;
    case 'waypoint':
      return `"${name}" is a waypoint, whose configuration is not among those that meshlint makes`;
  }
}

/** The names of proxies as the end of a sentence. */
export function proxyChoices(names: readonly string[]): string {
  if (names.length === 0) return 'the input has no workload with a sidecar, and no gateway';
  const shown = names.slice(0, MOST_NAMES).join(', ');
  return `there ${names.length === 1 ? 'is' : 'are'} ${shown}${names.length > MOST_NAMES ? `, and ${names.length - MOST_NAMES} more` : ''}`;
}

/** Why a workload has no sidecar. */
export function injectionText(because: InjectionReason): string {
  switch (because) {
    case 'ignored-namespace':
      return 'Istio injects nothing into system namespaces';
    case 'host-network':
      return 'its pods use the network of their node';
    case 'pod-label':
    case 'pod-annotation':
      return 'sidecar.istio.io/inject of its pods says so';
    case 'namespace-disabled':
      return 'the label istio-injection of its namespace says so';
    case 'not-asked-for':
      return 'neither its namespace nor its pods ask for one';
    case 'pod-revision':
    case 'by-default':
    case 'namespace-label':
    case 'namespace-revision':
      return 'it has one only once it is injected';
  }
}
