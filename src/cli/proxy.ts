import type { InjectionReason } from '../mesh/injection';
import type { Mesh } from '../mesh/mesh';
import { type Proxy, findProxy, proxies } from '../mesh/proxy';
import { UsageError } from './usage-error';

/** As many names as fit into one line that somebody reads. */
const MOST_NAMES = 10;

/** The proxy that an option names. Where there is none, the error says which there are. */
export function proxyNamed(mesh: Mesh, name: string | undefined): Proxy {
  if (name === undefined) throw new UsageError(`--proxy is missing; ${choices(proxies(mesh).map(fullName))}`);
  const found = findProxy(mesh, name);
  if ('proxy' in found) return found.proxy;
  if (found.because === 'unknown') throw new UsageError(`there is no proxy "${name}"; ${choices(found.near)}`);
  const { kind } = found.workload;
  switch (found.because) {
    case 'no-proxy':
      throw new UsageError(`${kind} "${name}" has no sidecar: ${reason(found.workload.injection.reason)}`);
    case 'no-pods':
      throw new UsageError(`${kind} "${name}" has no pods, so there is no proxy to configure`);
    case 'waypoint':
      throw new UsageError(`"${name}" is a waypoint, whose configuration is not among those that meshlint makes`);
  }
}

const fullName = ({ name, namespace }: Proxy): string => `${name}.${namespace}`;

function choices(names: readonly string[]): string {
  if (names.length === 0) return 'the input has no workload with a sidecar, and no gateway';
  const shown = names.slice(0, MOST_NAMES).join(', ');
  return `there ${names.length === 1 ? 'is' : 'are'} ${shown}${names.length > MOST_NAMES ? `, and ${names.length - MOST_NAMES} more` : ''}`;
}

/** Why a workload has no sidecar. */
function reason(because: InjectionReason): string {
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
    case 'namespace-label':
    case 'namespace-revision':
      return 'it has one only once it is injected';
  }
}
