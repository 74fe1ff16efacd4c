import { RELEASE_ROWS } from './kinds/releases';
import { TABLE } from './kinds/table';

export type Release = (typeof RELEASE_ROWS)[number]['istio'];

/** The releases of Istio whose schemas we have, oldest first. */
export const RELEASES: readonly Release[] = RELEASE_ROWS.map(({ istio }) => istio);

/** The release that is meant unless one is named; also the one whose control plane `pilot/` follows. */
export const NEWEST: Release = RELEASES.at(-1)!;

const proxies = new Map(RELEASE_ROWS.map(({ istio, proxy }) => [istio, proxy]));

/** The version that the proxies of a release say they run, such as `1.31.0`. */
export const proxyVersion = (release: Release): string => proxies.get(release)!;

/** The release that a version such as `v1.27.3` belongs to; undefined where we have no schemas of it. */
export function releaseOf(version: string): Release | undefined {
  const minor = /^v?(\d+\.\d+)(\.\d+)?$/.exec(version)?.[1];
  return RELEASES.find((known) => known === minor);
}

/** A kind as a release knows it: where it is served, and which file describes it. */
export interface KnownKind {
  readonly releases: readonly Release[];
  readonly group: string;
  readonly kind: string;
  readonly versions: readonly string[];
  /** Kinds and versions of the Gateway API's experimental channel are in a cluster only where somebody asked for them. */
  readonly channel: 'standard' | 'experimental';
  /** The file under schemas/, and the module of validators made of it. */
  readonly bundle: string;
}

const table: readonly KnownKind[] = TABLE;
const byRelease = new Map(RELEASES.map((release) => [release, indexOf(release)]));

function indexOf(release: Release): Map<string, KnownKind[]> {
  const index = new Map<string, KnownKind[]>();
  for (const known of table) {
    if (!known.releases.includes(release)) continue;
    const key = `${known.group}/${known.kind}`;
    const rows = index.get(key);
    if (rows) rows.push(known);
    else index.set(key, [known]);
  }
  return index;
}

/** How a release describes a kind in a version, or undefined where it does not know it. */
export const schemaOf = (release: Release, group: string, version: string, kind: string): KnownKind | undefined =>
  byRelease
    .get(release)!
    .get(`${group}/${kind}`)
    ?.find(({ versions }) => versions.includes(version));

/** The versions in which a release serves a kind, the preferred one first; none where it does not know the kind. */
export function versionsOf(release: Release, group: string, kind: string): readonly string[] {
  const rows = byRelease.get(release)!.get(`${group}/${kind}`) ?? [];
  return rows.flatMap(({ versions }) => versions).sort(byPreference);
}

/** Every kind that a release knows. */
export const kindsOf = (release: Release): readonly KnownKind[] =>
  table.filter(({ releases }) => releases.includes(release));

/** Everything any release knows of a kind's name. */
export const knownAnywhere = (kind: string): readonly KnownKind[] => table.filter((known) => known.kind === kind);

const RANK = [/^v\d+$/, /^v\d+beta\d+$/, /^v\d+alpha\d+$/];
const rank = (version: string) => RANK.findIndex((pattern) => pattern.test(version));
const byPreference = (a: string, b: string) => rank(a) - rank(b) || (a < b ? 1 : -1);
