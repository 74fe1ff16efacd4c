import { groupBy } from '../mesh/grouping';
import { Mesh } from '../mesh/mesh';
import { placeOf } from '../rules/documents/violations';
import { admit } from '../schema/admit';
import { NEWEST, type Release } from '../schema/release';
import type { Violation } from '../schema/violation';
import { formatPath } from '../source/path';
import type { Resource } from '../source/resource';
import { type Complaint, complaintLines } from './complaints';
import { type InputOptions, loadMesh } from './input/load';
import { say } from './terminal';

/** Whether a verdict about the mesh would be about everything that the input holds. */
export const isWhole = (mesh: Mesh): boolean =>
  mesh.files.every(
    ({ problems, resources }) =>
      problems.length === 0 && resources.every((resource) => refusalOf(resource, mesh).length === 0),
  );

/** Reads the mesh that a cluster would have: what cannot be read or would be refused is named, and not part of it. */
export async function loadAdmitted(paths: readonly string[], options: InputOptions): Promise<Mesh> {
  return admitted(await loadMesh(paths, options));
}

/** The mesh without the documents that a cluster would refuse. Names them and what cannot be read on standard error, each once. */
export function admitted(mesh: Mesh): Mesh {
  const refusals = mesh.resources.flatMap((resource) => refusalOf(resource, mesh));
  const unread = mesh.files.flatMap(({ problems }) => problems);
  reportOnce([...complaintLines([...unread, ...complaintsOf(refusals)]), ...otherRelease(mesh)]);
  if (refusals.length === 0) return mesh;
  const refused = new Set(refusals.filter((refusal) => !isNameMisread(refusal)).map(({ resource }) => resource));
  return new Mesh(mesh.files, { ...mesh, objects: mesh.resources.filter((resource) => !refused.has(resource)) });
}

/** A document that a cluster would refuse, and the first reason with the number of others. */
interface Refusal {
  readonly resource: Resource;
  readonly violation: Violation;
  readonly others: number;
}

/** What a cluster holds, it has accepted. */
function refusalOf(resource: Resource, { release }: Mesh): Refusal[] {
  if (resource.file.isGenerated) return [];
  const errors = admit(resource, release).violations.filter(({ severity, ours }) => severity === 'error' && !ours);
  const [violation] = errors;
  return violation ? [{ resource, violation, others: errors.length - 1 }] : [];
}

/** Istio's own tools read `name: off` as a text, so that what is meant is known, though a cluster refuses it. */
const isNameMisread = ({ violation: { path, reason }, others }: Refusal): boolean =>
  others === 0 && reason === 'wrong-type' && formatPath(path) === 'metadata.name';

/** One for each document; kinds that the release does not have are named once, however many documents are of them. */
function complaintsOf(refusals: readonly Refusal[]): Complaint[] {
  const removed = groupBy(
    refusals.filter(({ violation: { reason } }) => reason === 'removed-kind'),
    ({ resource: { group, kind } }) => `${group}/${kind}`,
  );
  const once = [...removed.values()].map((same): Complaint => {
    const [first] = same;
    const { place, message } = complaintOf(first!);
    return { place, message: same.length > 1 ? `${message} (${same.length} documents)` : message };
  });
  return [...once, ...refusals.filter(({ violation: { reason } }) => reason !== 'removed-kind').map(complaintOf)];
}

function complaintOf({ resource, violation, others }: Refusal): Complaint {
  const more = others > 0 ? ` (and ${others} more)` : '';
  return {
    place: placeOf(resource, violation),
    message: `the cluster refuses ${resource.title}: ${violation.message}${more}`,
  };
}

/** Where another release is asked for than the one whose control plane we follow. */
const otherRelease = ({ release }: Mesh): string[] =>
  release === NEWEST ? [] : [`for Istio ${release}: ${wayOf(release)}`];

/** The policies of Istio 1.4 are read in today's kinds. */
const wayOf = (release: Release): string =>
  release === '1.4'
    ? `its policies, roles and defaults, with the configuration that Istio ${NEWEST} would send for them`
    : `configuration as Istio ${NEWEST} would send it`;

const said = new Set<string>();

/** However many meshes are made of an input, a document is named once. */
function reportOnce(lines: readonly string[]): void {
  for (const line of lines) {
    if (!said.has(line)) say(`meshlint: ${line}`);
    said.add(line);
  }
}
