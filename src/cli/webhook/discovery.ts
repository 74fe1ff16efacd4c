import { type ApiClient, isApiError } from './api-client';
import type { FollowedKind } from './followed-kinds';

interface Group {
  preferredVersion: { version: string };
  versions: { version: string }[];
}

/** The path under which the API server serves each of these kinds. Kinds that it does not serve are not in the answer. */
export async function servedPaths(
  client: ApiClient,
  kinds: readonly FollowedKind[],
): Promise<Map<FollowedKind, string>> {
  const paths = new Map<FollowedKind, string>();
  for (const group of new Set(kinds.map((kind) => kind.group))) {
    const ofGroup = kinds.filter((kind) => kind.group === group);
    for (const root of await rootsOf(client, group)) {
      const missing = ofGroup.filter((kind) => !paths.has(kind));
      if (missing.length === 0) break;
      const names = await resourcesAt(client, root);
      for (const kind of missing) if (names.has(pluralOf(kind))) paths.set(kind, pathOf(root, kind));
    }
  }
  return paths;
}

const pluralOf = ({ resource }: FollowedKind): string => resource.split('.')[0]!;

const pathOf = (root: string, kind: FollowedKind): string =>
  kind.only ? `${root}/namespaces/${kind.only.namespace}/${pluralOf(kind)}` : `${root}/${pluralOf(kind)}`;

/** The roots of the versions of a group, the preferred one first. */
async function rootsOf(client: ApiClient, group: string): Promise<string[]> {
  if (group === '') return ['/api/v1'];
  const found = (await unlessMissing(client.request('GET', `/apis/${group}`))) as Group | undefined;
  if (!found) return [];
  const versions = [found.preferredVersion, ...found.versions].map(({ version }) => version);
  return [...new Set(versions)].map((version) => `/apis/${group}/${version}`);
}

async function resourcesAt(client: ApiClient, root: string): Promise<Set<string>> {
  const found = (await unlessMissing(client.request('GET', root))) as { resources?: { name: string }[] } | undefined;
  return new Set((found?.resources ?? []).map(({ name }) => name));
}

async function unlessMissing(answer: Promise<unknown>): Promise<unknown> {
  try {
    return await answer;
  } catch (error) {
    if (isApiError(error) && error.status === 404) return undefined;
    throw error;
  }
}
