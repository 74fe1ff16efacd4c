/** What ztunnel gets of PeerAuthentications: policies that deny connections without an identity. */
import { mtlsOf, namespaceMtls, namespacePolicy, workloadPolicy } from '../../mesh/policies/authentication';
import type { Attachable } from '../../mesh/policies/policy-attachment';
import type { Mesh } from '../../mesh/mesh';
import { configs } from '../../mesh/settings/configs';
import { rootNamespace } from '../../mesh/settings/mesh-config';
import type { KindMap } from '../../schema/kinds';
import type { Resource } from '../../source/resource';
import type { Authorization, Group, Match, Rule } from '../../ztunnel/config';
import { type Origins, from } from '../origins';

type PeerAuthentication = Resource<KindMap['PeerAuthentication']>;

/** The name of the policy that denies every connection without an identity. istio: staticStrictPolicyName */
const STATIC_STRICT = 'istio_converted_static_strict';

const WITHOUT_IDENTITY: Match = { notPrincipals: [{ presence: {} }] };

/** The policies made of PeerAuthentications; the static one is sent as soon as there is any. */
export function peerAuthorizations(mesh: Mesh, origins: Origins): Authorization[] {
  const policies = configs(mesh, 'PeerAuthentication');
  if (policies.length === 0) return [];
  const ofPorts = policies.flatMap((policy) => {
    const converted = convert(mesh, policy);
    return converted ? [from(origins, policy.at(['metadata', 'name']), converted)] : [];
  });
  return [...ofPorts, staticStrict(rootNamespace(mesh))];
}

const staticStrict = (namespace: string): Authorization => ({
  name: STATIC_STRICT,
  namespace,
  scope: 'WORKLOAD_SELECTOR',
  action: 'DENY',
  groups: [{ rules: [{ matches: [WITHOUT_IDENTITY] }] }],
});

/** The PeerAuthentication because of which a workload has the static policy. */
export const strictPolicy = (mesh: Mesh, workload: Attachable): Resource<unknown> | undefined =>
  mtlsOf(mesh, workload).field?.resource;

/** Whether a policy is the one that denies every connection without an identity, whichever PeerAuthentication attaches it. */
export const isStaticStrict = (name: string): boolean => name === STATIC_STRICT;

const CONVERTED = 'converted_peer_authentication_';

const convertedName = (name: string): string => `${CONVERTED}${name}`;

/** Whether a policy was made of PeerAuthentications. */
export const isOfPeerAuthentication = (name: string): boolean => isStaticStrict(name) || name.startsWith(CONVERTED);

/** The keys of a workload's policies that come from PeerAuthentications. istio: convertedSelectorPeerAuthentications */
export function peerPolicyKeys(mesh: Mesh, workload: Attachable): string[] {
  const own = workloadPolicy(mesh, workload);
  const inherits = namespaceMtls(mesh, workload.namespace)?.mode === 'STRICT';
  const mode = modeOf(own?.value.spec?.mtls);
  const strict = mode === 'UNSET' ? inherits : mode === 'STRICT';
  if (own && portModes(own).some((port) => isException(port, mode, inherits)))
    return [`${own.namespace}/${convertedName(own.name)}`];
  return strict ? [`${rootNamespace(mesh)}/${STATIC_STRICT}`] : [];
}

/** Whether the mode of a port makes the policy of the ports necessary. A DISABLE under an inherited STRICT does not. */
function isException(port: Mode, mode: Mode, inherits: boolean): boolean {
  switch (mode) {
    case 'STRICT':
      return port === 'PERMISSIVE' || port === 'DISABLE';
    case 'PERMISSIVE':
    case 'DISABLE':
      return port === 'STRICT';
    case 'UNSET':
      return port === (inherits ? 'PERMISSIVE' : 'STRICT');
  }
}

/** The policy for the ports of the workloads that a PeerAuthentication selects. istio: convertPeerAuthentication */
function convert(mesh: Mesh, policy: PeerAuthentication): Authorization | undefined {
  const { namespace, name, value } = policy;
  const ports = Object.entries(value.spec?.portLevelMtls ?? {});
  const root = rootNamespace(mesh);
  if (namespace === root || !value.spec?.selector || ports.length === 0) return undefined;
  const mode = modeOf(value.spec.mtls);
  const above = { ofNamespace: wideMode(mesh, namespace), ofRoot: wideMode(mesh, root) };
  const byMode = (wanted: (mode: Mode) => boolean): number[] =>
    ports.flatMap(([port, mtls]) => (wanted(modeOf(mtls)) ? [Number(port)] : [])).sort((one, other) => one - other);
  const open = appliesOpenPorts(mode, above) ? byMode((port) => port === 'PERMISSIVE' || port === 'DISABLE') : [];
  const strict = isStrictAbove(mode, above) ? [] : byMode((port) => port === 'STRICT');
  if (mode === 'STRICT' && open.length === 0) return undefined;
  const rules: Rule[] = [
    ...(mode === 'STRICT' ? [{ matches: [WITHOUT_IDENTITY] }] : []),
    ...open.map((port) => ({ matches: [{ notDestinationPorts: [port] }] })),
    ...(open.length > 0 && mergesStrict(above) ? [{ matches: [WITHOUT_IDENTITY] }] : []),
  ];
  const groups: Group[] = [
    ...strict.map((port) => ({ rules: [{ matches: [{ ...WITHOUT_IDENTITY, destinationPorts: [port] }] }] })),
    ...(rules.length > 0 ? [{ rules }] : []),
  ];
  if (groups.length === 0) return undefined;
  return { name: convertedName(name), namespace, scope: 'WORKLOAD_SELECTOR', action: 'DENY', groups };
}

/** The modes of the policies without a selector; undefined where there is no such policy. */
interface Above {
  readonly ofNamespace: Mode | undefined;
  readonly ofRoot: Mode | undefined;
}

/** Whether ports that are open are exceptions. A namespace whose policy sets no mode counts as open, whatever the root says. */
function appliesOpenPorts(mode: Mode, { ofNamespace, ofRoot }: Above): boolean {
  if (mode !== 'UNSET') return mode === 'STRICT';
  return ofNamespace === undefined ? ofRoot === 'STRICT' : ofNamespace === 'STRICT';
}

/** Whether another policy already makes every port strict. */
const isStrictAbove = (mode: Mode, { ofNamespace, ofRoot }: Above): boolean =>
  mode === 'STRICT' ||
  (mode === 'UNSET' && ofNamespace === 'STRICT') ||
  ((ofNamespace === undefined || ofNamespace === 'UNSET') && ofRoot === 'STRICT');

/** Whether the static policy is replaced by this one, so that it must deny what the static one would. */
const mergesStrict = ({ ofNamespace, ofRoot }: Above): boolean =>
  ofNamespace === 'STRICT' || (ofRoot === 'STRICT' && (ofNamespace === undefined || ofNamespace === 'UNSET'));

const wideMode = (mesh: Mesh, namespace: string): Mode | undefined => {
  const policy = namespacePolicy(mesh, namespace);
  return policy && modeOf(policy.value.spec?.mtls);
};

const portModes = ({ value }: PeerAuthentication): Mode[] => Object.values(value.spec?.portLevelMtls ?? {}).map(modeOf);

type Mode = 'UNSET' | 'DISABLE' | 'PERMISSIVE' | 'STRICT';

const modeOf = (mtls: { mode?: Mode } | undefined): Mode => mtls?.mode ?? 'UNSET';
