/** What a proxy tells of itself by the environment and annotations of its pod. istio: NodeMetadata */
import { nodeVariable } from '../mesh/workloads/dns-capture';
import type { Push } from './context';
import { parseDuration } from '../schema/duration';
import { protoDuration } from './duration';
import { proxyConfig } from './proxy-headers';

/** How connections come into the proxy; with NONE nothing is redirected to it. */
export type InterceptionMode = 'REDIRECT' | 'TPROXY' | 'NONE';

/** istio: Proxy.GetInterceptionMode */
export function interceptionMode(push: Push): InterceptionMode {
  const annotation = push.proxy.annotations['sidecar.istio.io/interceptionMode'];
  const mode = annotation ?? proxyConfig(push).interceptionMode;
  return mode === 'TPROXY' || mode === 'NONE' ? mode : 'REDIRECT';
}

const environment = ({ mesh, proxy }: Push, name: string): string | undefined => nodeVariable(mesh, proxy, name);

/** Whether HTTP/1.0 is spoken, which some clients still do. */
export const acceptsHttp10 = (push: Push): { acceptHttp10?: boolean } =>
  environment(push, 'HTTP10') === '1' ? { acceptHttp10: true } : {};

/** After how long connections on which nothing happens are closed, where the proxy's environment says so. */
export function idleTimeout(push: Push): { idleTimeout?: string } {
  const text = environment(push, 'IDLE_TIMEOUT');
  return text && parseDuration(text) !== undefined ? { idleTimeout: protoDuration(text) } : {};
}
