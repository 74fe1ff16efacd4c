import { distance } from 'fastest-levenshtein';
import type { Resource } from '../source/resource';
import { removedIn } from './facts/removed-versions';
import { BEFORE_HANDLERS, KIND_SINCE, OF_ISTIO_0, REMOVED, type Removal, VERSION_SINCE } from './history';
import { KUBERNETES_KINDS, TABLE } from './kinds/table';
import { type Release, kindsOf, knownAnywhere, versionsOf } from './release';
import { didYouMean, nearest, oneOf } from './spelling';
import { own } from '../source/own';
import { type Violation, violation } from './violation';

const GATEWAY_API = /^gateway\.networking\.(x-)?k8s\.io$/;
const istioGroups: ReadonlySet<string> = new Set(
  TABLE.map(({ group }) => group).filter((group) => /\.istio\.io$|^gateway\./.test(group)),
);

/** Why a release does not know the kind of a document; nothing for kinds that are not ours to judge. */
export function kindViolations(resource: Resource<unknown>, release: Release): Violation[] {
  const { group, kind, apiVersion } = resource;
  const found = !kind
    ? missing('kind', '')
    : !apiVersion
      ? missing('apiVersion', belongs(kind, release))
      : istioGroups.has(group)
        ? inIstioGroup(resource, release)
        : Object.hasOwn(KUBERNETES_KINDS, group) || group === 'extensions'
          ? inKubernetesGroup(resource, release)
          : inOtherGroup(resource, release);
  return found ? [found] : [];
}

const missing = (field: string, help: string): Violation =>
  violation('missing-kind', [field], `"${field}" is missing${help}`);

/** `; VirtualService is of "networking.istio.io/v1"` for a kind that a release knows. */
function belongs(kind: string, release: Release): string {
  const homes = homesOf(kind, release);
  return homes.length ? `; ${kind} is of ${oneOf(homes)}` : '';
}

/** The group and preferred version of every kind of a name. */
function homesOf(kind: string, release: Release): string[] {
  const ours = kindsOf(release).filter((known) => known.kind === kind && known.group !== 'mesh');
  const groups = new Set(ours.map(({ group }) => group));
  const others = Object.entries(KUBERNETES_KINDS).filter(
    ([group, kinds]) => !groups.has(group) && Object.hasOwn(kinds, kind),
  );
  return [
    ...[...groups].map((group) => apiVersionOf(group, versionsOf(release, group, kind)[0]!)),
    ...others.map(([group, kinds]) => apiVersionOf(group, own(kinds, kind)![0]!)),
  ];
}

const apiVersionOf = (group: string, version: string) => (group ? `${group}/${version}` : version);

function inIstioGroup(resource: Resource<unknown>, release: Release): Violation | undefined {
  const { group, kind, apiVersion } = resource;
  const versions = versionsOf(release, group, kind);
  if (versions.length) return wrongVersion({ group, kind, apiVersion }, versions, release);
  const inOtherReleases = knownAnywhere(kind).filter((known) => known.group === group);
  if (inOtherReleases.length) return fromOtherRelease(group, kind, release);
  if (group === 'config.istio.io' && BEFORE_HANDLERS.includes(kind)) return beforeHandlers(kind, release);
  const ofIstio0 = own(OF_ISTIO_0, kind);
  if (ofIstio0) return removedKind(kind, ofIstio0);
  const unknown = unknownKind({ group, kind }, release);
  // Reports of tools have an apiVersion and a kind of their own, and no name: nobody applies them.
  return isNamed(resource) || unknown.suggestion ? unknown : undefined;
}

const isNamed = ({ name, metadata }: Resource<unknown>): boolean => name !== '' || metadata.generateName !== undefined;

function wrongVersion(
  { group, kind, apiVersion }: Pick<Resource, 'group' | 'kind' | 'apiVersion'>,
  versions: readonly string[],
  release: Release,
): Violation {
  const since = own(VERSION_SINCE, apiVersion);
  const who = GATEWAY_API.test(group)
    ? 'the Gateway API'
    : group.endsWith('istio.io')
      ? `Istio ${release}`
      : 'Kubernetes';
  const served = `${who} serves ${kind} as ${oneOf(versions.map((version) => apiVersionOf(group, version)))}`;
  const later = since ? `, which came with Istio ${since}` : '';
  return violation('unknown-version', ['apiVersion'], `${served}, not as "${apiVersion}"${later}`, {
    suggestion: { replaceValue: apiVersionOf(group, versions[0]!) },
  });
}

/** Only clusters of its time serve it. */
function removedVersion(
  { kind, apiVersion }: Pick<Resource, 'kind' | 'apiVersion'>,
  gone: string,
  release: Release,
): Violation {
  const homes = homesOf(kind, release);
  const use = homes.length ? `; use ${homes.map((home) => `"${home}"`).join(' or ')}` : '';
  return violation(
    'removed-version',
    ['apiVersion'],
    `${kind} in "${apiVersion}" was removed in Kubernetes ${gone}${use}`,
    {
      suggestion: homes.length === 1 ? { replaceValue: homes[0]! } : undefined,
    },
  );
}

function fromOtherRelease(group: string, kind: string, release: Release): Violation {
  const removed = own(REMOVED, kind);
  if (removed && release !== '1.4') return removedKind(kind, removed);
  const since = GATEWAY_API.test(group)
    ? 'the Gateway API, which came later'
    : `${kind}: it came with Istio ${own(KIND_SINCE, kind) ?? '1.5'}`;
  return violation('unknown-kind', ['kind'], `Istio ${release} does not know ${since}`);
}

const removedKind = (kind: string, { gone, instead }: Removal): Violation =>
  violation('removed-kind', ['kind'], `${kind} was removed in Istio ${gone}; ${instead}`);

const beforeHandlers = (kind: string, release: Release): Violation =>
  release === '1.4'
    ? violation('removed-kind', ['kind'], `${kind} was removed in Istio 1.2; write a handler or an instance with it`)
    : violation('removed-kind', ['kind'], `${kind} was removed in Istio 1.2; ${REMOVED['handler']!.instead}`);

function unknownKind({ group, kind }: Pick<Resource, 'group' | 'kind'>, release: Release): Violation {
  const removed = own(REMOVED, kind);
  if (removed && release !== '1.4') return fromOtherRelease(group, kind, release);
  const homes = homesOf(kind, release);
  if (homes.length) {
    const suggestion = homes.length === 1 ? { replaceValue: homes[0]! } : undefined;
    return violation('unknown-kind', ['apiVersion'], `${group} has no ${kind}${belongs(kind, release)}`, {
      suggestion,
    });
  }
  const inGroup = kindsOf(release).filter((known) => known.group === group);
  const names = [...new Set((inGroup.length ? inGroup : kindsOf(release)).map((known) => known.kind))];
  const meant =
    nearest(kind, names) ??
    nearest(
      kind,
      kindsOf(release).map((known) => known.kind),
    );
  return violation(
    'unknown-kind',
    ['kind'],
    `${group} has no kind "${kind}"${meant ? `; did you mean "${meant}"?` : `; it has ${oneOf(names, 'and')}`}`,
    {
      suggestion: meant === undefined ? undefined : { replaceValue: meant },
    },
  );
}

/** Kinds that OpenShift serves as "v1" as well. Source: github.com/openshift/api, legacyconfig and the install/legacy packages. */
const KINDS_OF_OPENSHIFT: ReadonlySet<string> = new Set([
  ...['Template', 'DeploymentConfig', 'BuildConfig', 'Build', 'ImageStream', 'ImageStreamTag', 'ImageStreamImport'],
  ...['Image', 'Route', 'Project', 'ProjectRequest', 'SecurityContextConstraints', 'User', 'Group', 'Identity'],
  ...['Role', 'RoleBinding', 'ClusterRole', 'ClusterRoleBinding', 'OAuthClient', 'NetNamespace', 'HostSubnet'],
]);

function inKubernetesGroup(
  { group, version, kind, apiVersion }: Resource<unknown>,
  release: Release,
): Violation | undefined {
  const kinds = own(KUBERNETES_KINDS, group) ?? {};
  const versions = own(kinds, kind);
  if (versions?.includes(version)) return undefined;
  const gone = release === '1.4' ? undefined : removedIn(apiVersion, kind);
  if (gone !== undefined) return removedVersion({ kind, apiVersion }, gone, release);
  if (release === '1.4') return undefined; // The clusters of its time served versions that are gone now.
  if (versions) return wrongVersion({ group, kind, apiVersion }, versions, release);
  if (apiVersion === 'v1' && KINDS_OF_OPENSHIFT.has(kind)) return undefined;
  const homes = homesOf(kind, release);
  if (homes.length) return unknownKind({ group: apiVersion, kind }, release);
  const names = [
    ...Object.keys(kinds),
    ...Object.values(KUBERNETES_KINDS).flatMap(Object.keys),
    ...kindsOf(release).map((known) => known.kind),
  ];
  const meant = nearest(kind, names);
  if (meant === undefined) return undefined; // A newer Kubernetes may know it.
  return violation(
    'unknown-kind',
    ['kind'],
    `Kubernetes has no kind "${kind}" in "${apiVersion}"${didYouMean(kind, names)}`,
    {
      suggestion: { replaceValue: meant },
    },
  );
}

/** A kind of somebody else, unless the group looks like a slip of the pen. */
function inOtherGroup({ group, version, kind }: Resource<unknown>, release: Release): Violation | undefined {
  if (group.endsWith('.istio.io') || group === 'istio.io') {
    const homes = homesOf(kind, release).filter((home) => /istio\.io/.test(home));
    if (homes.length) return unknownKind({ group, kind }, release);
  }
  const groups = homesOf(kind, release).map((home) => home.replace(/\/.*/, ''));
  const meant = groups.find((home) => home.includes('.') && distance(group, home) <= 2);
  if (meant === undefined) return undefined;
  return violation('unknown-kind', ['apiVersion'], `unknown API group "${group}"; did you mean "${meant}"?`, {
    suggestion: { replaceValue: `${meant}/${version}` },
  });
}
