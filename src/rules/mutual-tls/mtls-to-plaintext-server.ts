import { mtlsOf, namespacePolicy } from '../../mesh/policies/authentication';
import { configs } from '../../mesh/settings/configs';
import { covers } from '../../mesh/services/hostname';
import { selectsSome } from '../../mesh/workloads/labels';
import type { Mesh } from '../../mesh/mesh';
import { rootNamespace } from '../../mesh/settings/mesh-config';
import {
  type Tls,
  everyHost,
  hostsOf,
  isMutual,
  prescribedTls,
  servicesIn,
  wideRules,
} from '../../mesh/traffic/prescribed-tls';
import type { KindMap } from '../../schema/kinds';
import type { Resource } from '../../source/resource';
import { type Context, rule } from '../rule';

type PeerAuthentication = Resource<KindMap['PeerAuthentication']>;

export default rule({
  name: 'mtls-to-plaintext-server',
  category: 'security',
  severity: 'error',
  isAboutCompany: true,
  summary: 'A PeerAuthentication disables mutual TLS, but a DestinationRule makes clients use it.',
  url: 'https://istio.io/latest/docs/reference/config/security/peer_authentication/',
  docs: `
    A server in mode DISABLE does not accept a TLS handshake and closes the connection: clients get
    503 with the response flag UF.

    Fix: remove the TLS settings from the DestinationRule, so that proxies choose what the server
    accepts; or set DISABLE there too; or let the server accept mutual TLS. The rule that clients
    use decides: the most specific host in the client's namespace, else the service's, else the root
    namespace.
  `,
  sameAs: ['KIA0505', 'KIA0506'],
  check(context) {
    for (const policy of configs(context.mesh, 'PeerAuthentication')) {
      if (policy.value.spec?.mtls?.mode !== 'DISABLE') continue;
      const clash = clashOf(context.mesh, policy);
      if (clash) say(context, policy, clash);
    }
  },
});

interface Clash {
  tls: Tls;
  host: string;
  sameAs: string[];
}

function clashOf(mesh: Mesh, policy: PeerAuthentication): Clash | undefined {
  const { namespace } = policy;
  const isWide = namespacePolicy(mesh, namespace) === policy;
  if (isWide && namespace === rootNamespace(mesh)) return clashEverywhere(mesh);
  const hosts = hostsOf(mesh, namespace);
  const wide = isWide ? prescribedTls(mesh, hosts) : undefined;
  if (wide && isMutual(wide)) return { tls: wide, host: hosts.hostname, sameAs: ['KIA0505'] };
  for (const service of servicesIn(mesh, namespace)) {
    const tls = prescribedTls(mesh, service);
    if (tls && isMutual(tls) && judges(mesh, policy, namespace, service.selector))
      return { tls, host: service.hostname, sameAs: [] };
  }
  return undefined;
}

/** Whether it is this policy that the workloads of a service follow. */
function judges(
  mesh: Mesh,
  policy: PeerAuthentication,
  namespace: string,
  labels: Record<string, string> = {},
): boolean {
  const { matchLabels } = policy.value.spec?.selector ?? {};
  if (matchLabels && !selectsSome(matchLabels, labels)) return false;
  return mtlsOf(mesh, { namespace, labels }).field?.resource === policy;
}

function clashEverywhere(mesh: Mesh): Clash | undefined {
  const wide = wideRules(mesh).find(({ host, tls }) => covers(host, everyHost(mesh)) && isMutual(tls));
  return wide && { tls: wide.tls, host: wide.host, sameAs: ['KIA0506'] };
}

function say({ report }: Context, policy: PeerAuthentication, { tls, host, sameAs }: Clash): void {
  const message = `servers accept only plain text, but ${tls.resource.title} makes clients use mutual TLS to "${host}"`;
  const related = [{ place: tls.child('mode'), message: 'what clients use' }];
  report(policy.at(['spec', 'mtls', 'mode']), message, { sameAs, related });
}
