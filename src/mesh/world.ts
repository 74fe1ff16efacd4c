import { didYouMisspell } from '../schema/spelling';
import { groupBy } from './grouping';
import type { Labels } from './workloads/labels';
import { type Mesh, kindKey } from './mesh';
import { isNamespace, namespaces } from './settings/namespaces';
import { perMesh } from './memo';
import { own } from '../source/own';

/**
 * Whether the input claims to hold everything of a kind in a namespace (anywhere, where the namespace is empty), so that what is
 * not in it does not exist. In an `auto` world it does where the reader of the input says so.
 */
export function isClosed(mesh: Mesh, kind: string, namespace: string): boolean {
  if (mesh.world !== 'auto') return mesh.world === 'closed';
  return (mesh.held.get(`${kind}/${namespace}`) ?? mesh.held.get(`${kind}/*`)) === 'complete';
}

const present = perMesh((mesh) => new Set(mesh.resources.map(({ kind, namespace }) => `${kind}/${namespace}`)));

/** Whether what is not in the input is taken not to exist where something has to be assumed: as soon as it holds any of the kind. */
export const isPresumedWhole = (mesh: Mesh, kind: string, namespace: string): boolean =>
  isClosed(mesh, kind, namespace) ||
  (mesh.world === 'auto' &&
    !mesh.isPartial &&
    !isUnknown(mesh, kind, namespace) &&
    present(mesh).has(`${kind}/${namespace}`));

const isUnknown = ({ held }: Mesh, kind: string, namespace: string): boolean =>
  (held.get(`${kind}/${namespace}`) ?? held.get(`${kind}/*`)) === 'unknown';

/** A thing that a reference names and the input does not hold. */
export interface Absent {
  readonly kind: string;
  readonly namespace: string;
  /** As the reference has it: a name, `namespace/name`, or a host. */
  readonly name?: string | undefined;
  /** Whether the input holds what was meant: then this is a mistake, however much of the mesh the input holds. */
  readonly isMisspelt?: boolean | undefined;
  /** Whether the reference is in an object that names no namespace, so that it is applied to any. */
  readonly isFromAnywhere?: boolean | undefined;
}

/**
 * Whether something that a reference names does not exist for certain: the input claims to hold everything of its kind, or it holds
 * something of nearly the same name, or of that name in another namespace. See docs/input.md.
 */
export function isSurelyAbsent(mesh: Mesh, absent: Absent): boolean {
  const { kind, namespace, isMisspelt } = absent;
  if (mesh.world !== 'auto') return mesh.world === 'closed';
  const told = mesh.held.get(`${kind}/${namespace}`) ?? mesh.held.get(`${kind}/*`);
  if (told) return told === 'complete';
  return isMisspelt ?? (hasNeighbour(mesh, absent) && !mayBeAnywhere(mesh, absent));
}

/** Whether something exists though the input does not hold it, or holds it without saying in which namespace. */
export function existsAnyway(mesh: Mesh, absent: Absent): boolean {
  const { kind, name = '' } = absent;
  if (mesh.world === 'closed') return false;
  if (kind === 'Namespace') return isNamespace(mesh, name);
  return (
    mesh.world === 'auto' &&
    name !== '' &&
    (mayBeAnywhere(mesh, absent) || mayBeBeside(mesh, absent) || mayBeUnread(mesh, absent))
  );
}

const unread = perMesh((mesh) => mesh.files.filter(({ problems }) => problems.length > 0).map(({ text }) => text));

/** A file that is not valid YAML may hold the object: it is reported itself. */
function mayBeUnread(mesh: Mesh, { kind, name = '' }: Absent): boolean {
  const plain = plainName(kind, name);
  return unread(mesh).some((text) => ['', '"', "'"].some((quote) => text.includes(`name: ${quote}${plain}${quote}`)));
}

const named = perMesh((mesh) => {
  const known = mesh.resources.filter(({ name }) => name !== '');
  return groupBy(known, kindKey);
});

/** The Gateways of both APIs have one name. */
const kindsCalled = (kind: string): readonly string[] =>
  kind === 'Gateway' ? ['Gateway', 'KubernetesGateway'] : [kind];

const withoutNamespace = perMesh((mesh) => {
  const anywhere = mesh.resources.filter(({ name, metadata }) => name !== '' && metadata.namespace === undefined);
  return new Set(anywhere.map((each) => `${kindKey(each)}/${each.name}`));
});

/** An object whose document names no namespace is applied to any. */
const mayBeAnywhere = (mesh: Mesh, { kind, name = '' }: Absent): boolean =>
  kindsCalled(kind).some((each) => withoutNamespace(mesh).has(`${each}/${plainName(kind, name)}`));

/** What an object that is applied to any namespace names without one may lie beside it in any. */
const mayBeBeside = (mesh: Mesh, { kind, name = '', isFromAnywhere }: Absent): boolean =>
  isFromAnywhere === true &&
  name === plainName(kind, name) &&
  kindsCalled(kind).some((each) =>
    named(mesh)
      .get(each)
      ?.some((resource) => resource.name === name),
  );

/** The first part of a host, perhaps with the namespace in which it is imported before it. */
const plainHost = (host: string): string => host.slice(host.lastIndexOf('/') + 1).split('.')[0] ?? '';

/** The name of an object in what a reference says. */
function plainName(kind: string, written: string): string {
  if (kind === 'Service' || kind === 'ServiceEntry' || kind === 'DestinationRule') return plainHost(written);
  return written.slice(written.lastIndexOf('/') + 1);
}

/** Whether the input holds something of which the name may be a misspelling, or that name in another namespace. */
function hasNeighbour(mesh: Mesh, { kind, namespace, name = '' }: Absent): boolean {
  if (name === '') return false;
  if (kind === 'Namespace') return didYouMisspell(name, namespaces(mesh).keys());
  const plain = plainName(kind, name);
  const known = kindsCalled(kind).flatMap((each) => named(mesh).get(each) ?? []);
  const beside = known.filter((each) => each.namespace === namespace || each.metadata.namespace === undefined);
  if (
    didYouMisspell(
      plain,
      beside.map((each) => each.name),
    )
  )
    return true;
  // Whoever names no namespace means the own one, where the name is not known.
  const isPlain = name === plain;
  return isPlain && known.some((each) => each.name === plain && each.namespace !== namespace);
}

/** Whether labels were meant by a selector that has one of them misspelt. */
export function isNearly(selector: Labels, labels: Labels): boolean {
  const entries = Object.entries(selector);
  const fits = entries.filter(([key, value]) => own(labels, key) === value);
  const near = entries.filter(([key, value]) => Object.hasOwn(labels, key) && didYouMisspell(value, [labels[key]!]));
  return near.length > 0 && fits.length + near.length === entries.length;
}
