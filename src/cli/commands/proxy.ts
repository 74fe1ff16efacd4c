import type { Mesh } from '../../mesh/mesh';
import { fullName } from '../../mesh/workloads/name-choices';
import { type Proxy, findProxy, proxies } from '../../mesh/workloads/proxy';
import { missingProxyText, proxyChoicesText } from '../../report/request-fault';
import { UsageError } from '../usage-error';

/** The proxy that an option names. Where there is none, the error says which there are. */
export function proxyNamed(mesh: Mesh, name: string | undefined): Proxy {
  if (name === undefined) {
    const names = proxies(mesh).map(fullName);
    throw new UsageError(`--proxy is missing; ${proxyChoicesText({ kind: 'all', names })}`);
  }
  const found = findProxy(mesh, name);
  if ('proxy' in found) return found.proxy;
  throw new UsageError(missingProxyText(name, found));
}
