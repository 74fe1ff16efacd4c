import type { KubernetesObject } from '../../source/resource';
import { type ClusterOptions, type Refusal, complaints, failure, kubectl } from './kubectl';
import { ListReader, parseJson } from './list-reader';
import { redact } from './redact';
import { trim } from './trim';

/** What a call brought: objects as we keep them, and what the user may not read. */
export interface Listed {
  objects: KubernetesObject[];
  refusals: Refusal[];
}

/** Lists resources (`services`, `gateways.networking.istio.io`) in one call; `where` says in which namespaces. */
export async function list(
  cluster: ClusterOptions,
  resources: readonly string[],
  where: string,
  signal: AbortSignal,
): Promise<Listed> {
  const objects: KubernetesObject[] = [];
  if (resources.length === 0) return { objects, refusals: [] };
  const reader = new ListReader((item) => objects.push(keep(item as KubernetesObject)));
  const refusals = await get([resources.join(','), where, '--chunk-size=500'], cluster, {
    signal,
    onOutput: (chunk) => reader.push(chunk),
  });
  return { objects, refusals: refusals.refusals };
}

/** Reads objects by their names, as far as there are any; an empty namespace is that of things that lie in none. */
export async function readNamed(
  cluster: ClusterOptions,
  { resource, namespace, names }: { resource: string; namespace: string; names: readonly string[] },
  signal: AbortSignal,
): Promise<Listed> {
  const where = namespace ? [`--namespace=${namespace}`] : [];
  const { stdout, refusals } = await get([resource, ...where, '--ignore-not-found'], cluster, { signal }, names);
  if (!stdout.trim()) return { objects: [], refusals };
  const answer = parseJson(stdout) as KubernetesObject & { items?: KubernetesObject[] };
  const objects = answer.kind === 'List' ? (answer.items ?? []) : [answer];
  return { objects: objects.map(keep), refusals };
}

const keep = (object: KubernetesObject) => redact(trim(object));

async function get(
  args: readonly string[],
  cluster: ClusterOptions,
  options: Parameters<typeof kubectl>[2],
  names: readonly string[] = [],
) {
  const { status, stdout, stderr } = await kubectl(['get', ...args, '--output=json'], cluster, options, names);
  const { refusals, others } = complaints(stderr);
  if (status !== 0 && (others.length > 0 || refusals.length === 0)) throw await failure(stderr, cluster);
  return { stdout, refusals };
}
