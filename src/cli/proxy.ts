import type { Mesh } from '../mesh/mesh';
import { type Proxy, proxies } from '../mesh/proxy';
import { proxyChoices, proxyNamed as named } from '../mesh/proxy-named';
import { UsageError } from './usage-error';

/** The proxy that an option names. Where there is none, the error says which there are. */
export function proxyNamed(mesh: Mesh, name: string | undefined): Proxy {
  const all = (): string[] => proxies(mesh).map((proxy) => `${proxy.name}.${proxy.namespace}`);
  const found = name === undefined ? `--proxy is missing; ${proxyChoices(all())}` : named(mesh, name);
  if (typeof found === 'string') throw new UsageError(found);
  return found;
}
