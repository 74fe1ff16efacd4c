import { Mesh, kindKey } from '../../mesh/mesh';
import { didYouMean } from '../../schema/spelling';
import type { Role, SourceFile } from '../../source/file';
import type { KubernetesObject } from '../../source/resource';
import { isClusterScoped } from '../../source/scope';
import { inParallel } from '../process';
import { say } from '../terminal';
import { UsageError } from '../usage-error';
import { type ClusterKind, batches, isIstioGroup } from './kinds';
import { type ClusterOptions, type Refusal, served } from './kubectl';
import { type Listed, list, readNamed } from './list';
import { wantedByName } from './wanted';
import { objectFile } from './object-file';

/** What is wanted of a cluster. */
export interface ClusterRequest extends ClusterOptions {
  /** The namespace whose objects are judged, all others being context; undefined for all of them. */
  namespace: string | undefined;
  /** Files that lie over the cluster's objects: the Secrets that they name are read as well. */
  files: readonly SourceFile[];
  /** The name of a cluster that is only around the one that is judged. */
  around?: string;
}

/** The cluster's objects, each a file of its own, and which kinds were read completely. */
export interface ClusterInput {
  files: SourceFile[];
  held: Map<string, 'complete' | 'unknown'>;
}

// More calls at once would only wait for each other: the server answers a user's calls in turn.
const CALLS_AT_ONCE = 4;

/** Reads from a cluster what a mesh is made of, as far as the user who runs kubectl may. */
export async function readCluster(request: ClusterRequest): Promise<ClusterInput> {
  const { resources, brokenGroups } = await served(request);
  const input: ClusterInput = { files: [], held: new Map() };
  const isServed = ({ resource }: ClusterKind) => resources.has(resource);
  for (const kind of batches.flat())
    input.held.set(`${kindKey(kind)}/*`, brokenGroups.includes(kind.group) ? 'unknown' : 'complete');

  const wanted = batches.map((batch) => batch.filter(isServed));
  const refused = keep(request, input, await listAll(request, wanted));
  const left = await readOneNamespace(request, input, refused);
  if (input.files.length === 0) throw new UsageError(nothing(refused, request));
  const unread = await readWanted(request, input, resources);

  printRefusals([...left, ...unread], request);
  const isJudged = request.around === undefined;
  if (isJudged && !batches.flat().some((kind) => isIstioGroup(kind.group) && isServed(kind)))
    say('meshlint: this cluster has none of the Istio kinds (their definitions are not installed); checking the rest');
  checkNamespace(request, input);
  return input;
}

const listAll = (request: ClusterRequest, wanted: readonly (readonly ClusterKind[])[]) =>
  inParallel(
    wanted,
    (batch, signal) =>
      list(
        request,
        batch.map(({ resource }) => resource),
        '--all-namespaces',
        signal,
      ),
    CALLS_AT_ONCE,
  );

/** Adds what calls brought to the input; the answer is what the user was refused. */
function keep({ namespace, around }: ClusterRequest, input: ClusterInput, answers: readonly Listed[]): Refusal[] {
  for (const { objects } of answers)
    for (const object of objects)
      input.files.push(objectFile(object, around === undefined ? roleOf(object, namespace) : 'context', around));
  const refusals = answers.flatMap((answer) => answer.refusals);
  for (const kind of batches.flat())
    if (refusals.some(({ resource }) => resource === kind.resource)) input.held.set(`${kindKey(kind)}/*`, 'unknown');
  return refusals;
}

function roleOf({ kind, metadata }: KubernetesObject, judged: string | undefined): Role {
  const namespace = kind === 'Namespace' ? metadata.name : metadata.namespace;
  return judged === undefined || namespace === judged ? 'judged' : 'context';
}

/** Who may not list a kind everywhere often may in one namespace. The answer is what the user may not read even there. */
async function readOneNamespace(
  request: ClusterRequest,
  input: ClusterInput,
  refused: readonly Refusal[],
): Promise<Refusal[]> {
  const { namespace } = request;
  const isRefused = ({ resource }: ClusterKind) => refused.some((refusal) => refusal.resource === resource);
  const kinds = batches.flat().filter((kind) => isRefused(kind) && !isClusterScoped(kind.group, kind.kind));
  if (namespace === undefined || kinds.length === 0) return [...refused];
  const names = kinds.map(({ resource }) => resource);
  const [answer] = await inParallel([names], (each, signal) => list(request, each, `--namespace=${namespace}`, signal));
  const still = keep(request, input, [answer!]);
  const read = kinds.filter(({ resource }) => !still.some((refusal) => refusal.resource === resource));
  for (const kind of read) input.held.set(`${kindKey(kind)}/${namespace}`, 'complete');
  if (read.length)
    say(
      `meshlint: only in namespace "${namespace}" can be listed: ${read.map(({ resource }) => resource).join(', ')}; what lies elsewhere is unknown`,
    );
  return refused.filter(({ resource }) => !read.some((kind) => kind.resource === resource));
}

/** Reads what is wanted by name only: Secrets above all. The answer is what the user was refused. */
async function readWanted(
  request: ClusterRequest,
  input: ClusterInput,
  resources: ReadonlySet<string>,
): Promise<Refusal[]> {
  const wanted = wantedByName(new Mesh([...input.files, ...request.files]), resources);
  const answers = await inParallel(wanted, (each, signal) => readNamed(request, each, signal), CALLS_AT_ONCE);
  const refusals = keep(request, input, answers);
  const isRefused = (resource: string) => refusals.some((refusal) => refusal.resource === resource);
  input.held.set('Secret/*', isRefused('secrets') ? 'unknown' : 'complete');
  input.held.set('ConfigMap/*', isRefused('configmaps') ? 'unknown' : 'complete');
  return refusals;
}

function printRefusals(refusals: readonly Refusal[], request: ClusterRequest): void {
  if (refusals.length === 0) return;
  const names = [...new Set(refusals.map(({ resource }) => resource))].join(', ');
  say(
    `meshlint: cannot read ${names}${inCluster(request)}: forbidden to user "${refusals[0]!.user}"; what refers to them is not checked`,
  );
}

const nothing = (refused: readonly Refusal[], request: ClusterRequest): string =>
  refused.length
    ? `user "${refused[0]!.user}" may read nothing${inCluster(request) || ' in this cluster'} that meshlint looks at; name a namespace with -n`
    : `there is nothing that meshlint looks at${inCluster(request) || ' in this cluster'}`;

const inCluster = ({ around }: ClusterRequest): string => (around === undefined ? '' : ` in cluster "${around}"`);

function checkNamespace({ namespace }: ClusterRequest, { files, held }: ClusterInput): void {
  if (namespace === undefined || held.get('Namespace/*') !== 'complete') return;
  const known = files.flatMap(({ resources }) => resources.filter(({ kind }) => kind === 'Namespace'));
  const names = known.map(({ name }) => name);
  if (names.includes(namespace)) return;
  throw new UsageError(`namespace "${namespace}" does not exist in the cluster${didYouMean(namespace, names)}`);
}
