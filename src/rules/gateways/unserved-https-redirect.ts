import { serverHostsOf } from '../../mesh/gateways/gateway-hosts';
import type { VirtualService } from '../../mesh/traffic/virtual-services';
import { covers, overlaps } from '../../mesh/services/hostname';
import type { Mesh } from '../../mesh/mesh';
import {
  type RedirectingServer,
  acceptsTls,
  gatewayServers,
  httpsRedirects,
  isPlainHttp,
  placeOfRedirect,
  serversBeside,
  trustsForwardedProto,
} from './https-redirects';
import { rule } from '../rule';

export default rule({
  name: 'unserved-https-redirect',
  category: 'traffic',
  severity: 'warning',
  summary: 'A gateway redirects requests to HTTPS, and no server serves HTTPS for the host.',
  url: 'https://istio.io/latest/docs/reference/config/networking/gateway/',
  docs: `
    The server answers every request with 301 to the https:// URL, and the proxies of the gateway
    have no TLS server for that host. Clients get a refused connection, or a redirect loop when a
    load balancer in front of the gateway terminates TLS and sends plain HTTP. The routes behind the
    redirect are never used.

    Fix: add a server of protocol HTTPS for the host, or remove the redirect. Behind a load balancer
    that terminates TLS, set \`gatewayTopology.numTrustedProxies\`, so that the gateway trusts its
    X-Forwarded-Proto header.
  `,
  check({ mesh, report }) {
    if (trustsForwardedProto(mesh)) return;
    for (const server of gatewayServers(mesh)) {
      if (!isPlainHttp(server) || !server.field.value.tls?.httpsRedirect || servesHttps(mesh, server, server.hosts))
        continue;
      const hosts = server.hosts.map((host) => `"${host}"`).join(', ');
      report(
        server.field.get('tls').child('httpsRedirect'),
        `redirects to HTTPS, but no server of this gateway serves HTTPS for ${hosts}`,
      );
    }
    for (const redirect of httpsRedirects(mesh)) {
      const { servers, virtualService } = redirect;
      const isServed = (server: RedirectingServer): boolean =>
        acceptsTls(server) || servesHttps(mesh, server, hostsServed(server, virtualService));
      if (servers.length === 0 || servers.some(isServed)) continue;
      const hosts = virtualService.hosts.map(({ name }) => `"${name}"`).join(', ');
      report(placeOfRedirect(redirect), `redirects to HTTPS, but no gateway of this route serves HTTPS for ${hosts}`);
    }
  },
});

/** The hosts of a route that reach it through a server: the more specific names of both. */
const hostsServed = (server: RedirectingServer, virtualService: VirtualService): string[] =>
  serverHostsOf(server, virtualService).map(({ host, serverHost }) =>
    covers(serverHost, host.name) ? host.name : serverHost,
  );

/** Whether another server of the same proxies accepts TLS for each of the hosts. */
function servesHttps(mesh: Mesh, server: RedirectingServer, hosts: readonly string[]): boolean {
  const others = serversBeside(mesh, server).filter(acceptsTls);
  return hosts.every((host) => others.some(({ hosts }) => hosts.some((other) => overlaps(bare(other), bare(host)))));
}

const bare = (host: string): string => host.slice(host.indexOf('/') + 1);
