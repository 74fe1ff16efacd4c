import { namespacePolicy } from '../../mesh/policies/authentication';
import { type ServerPort, serverPorts } from '../../mesh/policies/server-ports';
import { configs } from '../../mesh/settings/configs';
import { covers } from '../../mesh/services/hostname';
import { perMesh } from '../../mesh/memo';
import type { Mesh } from '../../mesh/mesh';
import type { Service } from '../../mesh/services/service';
import { services } from '../../mesh/services/services';
import { rootNamespace } from '../../mesh/settings/mesh-config';
import {
  type Tls,
  everyHost,
  hostsOf,
  isMutual,
  prescribedPortTls,
  prescribedTls,
  wideRules,
} from '../../mesh/traffic/prescribed-tls';
import type { KindMap } from '../../schema/kinds';
import { type Field, isSameField } from '../../source/field';
import type { Resource } from '../../source/resource';
import { clientNamespaces } from '../knowledge';
import { type Context, rule } from '../rule';

type PeerAuthentication = Resource<KindMap['PeerAuthentication']>;

export default rule({
  name: 'mtls-to-plaintext-server',
  category: 'security',
  severity: 'error',
  isAboutCompany: true,
  summary: 'Servers accept only plain text, but a DestinationRule makes clients use mutual TLS.',
  url: 'https://istio.io/latest/docs/reference/config/security/peer_authentication/',
  docs: `
    A server in mode DISABLE does not accept a TLS handshake and closes the connection: clients get
    503 with the response flag UF. In Istio 1.4 this is the default of servers to which neither a
    MeshPolicy nor a Policy applies; later releases accept both.

    Fix: remove the TLS settings from the DestinationRule, so that proxies choose what the server
    accepts; or set DISABLE there too, for one port under \`portLevelSettings\`; or let the server
    accept mutual TLS. The rule that clients use decides: the most specific host in the client's
    namespace, else the service's, else the root namespace.
  `,
  sameAs: ['KIA0505', 'KIA0506'],
  check(context) {
    const { mesh } = context;
    const policies = configs(mesh, 'PeerAuthentication').filter((policy) => disabled(policy).length > 0);
    const plain = policies.length > 0 || mesh.release === '1.4' ? plainServers(mesh) : [];
    for (const policy of policies) {
      const wide = wideClash(mesh, policy);
      if (wide) reportFault(context, policy.at(['spec', 'mtls', 'mode']), wide);
      for (const field of wide ? portsDisabled(policy) : disabled(policy)) {
        const clash = clashAmong(mesh, plain, field);
        if (clash) reportFault(context, field, clash);
      }
    }
    for (const clash of clashesWithDefault(mesh, plain)) sayOfDefault(context, clash);
  },
});

/** Where a policy makes servers take plain text only: for all of its workloads' ports, or for one. */
const disabled = (policy: PeerAuthentication): readonly Field[] => [
  ...policy
    .each('spec.mtls')
    .map((mtls) => mtls.child('mode'))
    .filter(isDisable),
  ...portsDisabled(policy),
];

const portsDisabled = (policy: PeerAuthentication): readonly Field[] =>
  policy
    .each('spec.portLevelMtls{}')
    .map((mtls) => mtls.child('mode'))
    .filter(isDisable);

const isDisable = ({ value }: Field): boolean => value === 'DISABLE';

interface Clash {
  tls: Tls;
  host: string;
  /** The port of the host; undefined where all are meant. */
  port?: number;
  sameAs: string[];
}

/** A rule for all hosts of the namespace that a policy is for, or of the mesh. */
function wideClash(mesh: Mesh, policy: PeerAuthentication): Clash | undefined {
  const { namespace } = policy;
  if (policy.value.spec?.mtls?.mode !== 'DISABLE' || namespacePolicy(mesh, namespace) !== policy) return undefined;
  if (namespace === rootNamespace(mesh)) return clashEverywhere(mesh);
  const hosts = hostsOf(mesh, namespace);
  const tls = prescribedTls(mesh, hosts);
  return tls && isMutual(tls) ? { tls, host: hosts.hostname, sameAs: ['KIA0505'] } : undefined;
}

function clashEverywhere(mesh: Mesh): Clash | undefined {
  const wide = wideRules(mesh).find(({ host, tls }) => covers(host, everyHost(mesh)) && isMutual(tls));
  return wide && { tls: wide.tls, host: wide.host, sameAs: ['KIA0506'] };
}

interface PlainServer {
  readonly service: Service;
  readonly server: ServerPort;
}

/** The ports on which servers take plain text only. */
const plainServers = (mesh: Mesh): PlainServer[] =>
  services(mesh).flatMap((service) =>
    serverPorts(mesh, service)
      .filter(({ mtls }) => mtls.mode === 'DISABLE')
      .map((server) => ({ service, server })),
  );

/** A rule that makes clients use mutual TLS with a server for which it is this field that decides. */
function clashAmong(mesh: Mesh, plain: readonly PlainServer[], field: Field): Clash | undefined {
  const governed = plain.filter(({ server: { mtls } }) => mtls.field && isSameField(mtls.field, field));
  for (const { service, server } of governed)
    for (const from of clientsOf(mesh, service)) {
      const { labels, port } = server;
      const tls = prescribedPortTls(mesh, service, port.number, labels, from).find(isMutual);
      if (tls) return { tls, host: service.hostname, ...(isOfPort(field) && { port: port.number }), sameAs: [] };
    }
  return undefined;
}

/** The settings for mutual TLS with servers that take plain text because no policy says otherwise, each once. */
function clashesWithDefault(mesh: Mesh, plain: readonly PlainServer[]): Clash[] {
  const clashes = new Map<string, Clash>();
  for (const { service, server } of plain.filter(({ server: { mtls } }) => !mtls.field))
    for (const from of clientsOf(mesh, service)) {
      const { labels, port } = server;
      const mutual = prescribedPortTls(mesh, service, port.number, labels, from).filter(isMutual);
      for (const tls of mutual) {
        const key = `${tls.resource.title} ${tls.pathText}`;
        if (!clashes.has(key)) clashes.set(key, { tls, host: service.hostname, sameAs: [] });
      }
    }
  return [...clashes.values()];
}

const isOfPort = ({ path }: Field): boolean => path.includes('portLevelMtls');

/** The namespaces from which a service may be called by a rule of their own. */
const clientsOf = (mesh: Mesh, { namespace }: Service): ReadonlySet<string> =>
  new Set([namespace, ...namespacesWithRules(mesh)]);

const namespacesWithRules = perMesh((mesh) => {
  const clients = clientNamespaces(mesh);
  return new Set(
    configs(mesh, 'DestinationRule').flatMap(({ namespace }) => (clients.has(namespace) ? namespace : [])),
  );
});

function reportFault({ report }: Context, field: Field, { tls, host, port, sameAs }: Clash): void {
  const where = port === undefined ? `"${host}"` : `port ${port} of "${host}"`;
  const message = `servers accept only plain text, but ${tls.resource.title} makes clients use mutual TLS to ${where}`;
  report(field, message, { sameAs, related: [{ place: tls.child('mode'), message: 'what clients use' }] });
}

function sayOfDefault({ mesh, missing }: Context, { tls, host, sameAs }: Clash): void {
  const message = `clients use mutual TLS to "${host}", but its servers accept only plain text: no MeshPolicy or Policy applies to them, so calls fail with 503`;
  const absent = {
    kind: 'MeshPolicy',
    namespace: '',
    name: 'default',
    ...(hasControlPlane(mesh) && { isMisspelt: true }),
  };
  missing(tls.child('mode'), absent, message, { sameAs });
}

/** Whether the input has some of the root namespace: then it would have the policy of the mesh as well. */
const hasControlPlane = perMesh((mesh) => {
  const root = rootNamespace(mesh);
  return mesh.resources.some(
    ({ kind, name, namespace }) => namespace === root || (kind === 'Namespace' && name === root),
  );
});
