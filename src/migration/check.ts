/** The proof of a migration: the same requests through the mesh before and after it. */
import { type Change, diff } from '../diff';
import type { Options } from '../envoy/run/run';
import { Mesh, identity } from '../mesh/mesh';
import { namespacePolicy } from '../mesh/policies/authentication';
import { meshConfig, rootNamespace } from '../mesh/settings/mesh-config';
import { admit } from '../schema/admit';
import { NEWEST } from '../schema/release';
import type { Fault } from '../source/fault';
import { read } from '../source/read';
import type { SourceFile } from '../source/file';
import type { Resource } from '../source/resource';
import { toYaml } from '../source/to-yaml';
import { migratedText } from './documents';
import type { Migration, Part } from './migration';

/** Why requests behave differently after a migration. */
export type DifferenceReason =
  /** Later releases have other defaults: with those of 1.4 the request behaves as before. */
  | 'defaults of later releases'
  /** The input has objects of kinds that Istio 1.4 does not know, and they take effect now. */
  | 'kinds of later releases'
  /** The migration could not say a part of the configuration that the change comes from, or any part. */
  | 'not translated'
  | 'unknown';

/** Requests that behave differently, and why. */
export interface Difference {
  readonly change: Change;
  readonly reason: DifferenceReason;
}

/** What requests do before a migration and after it. */
export interface MigrationCheck {
  readonly asked: number;
  readonly differences: readonly Difference[];
  /** Requests for which meshlint itself failed. */
  readonly faults: readonly Fault[];
}

/** Sends the probes of `diff` through each part, as Istio 1.4 and as the newest release reads it; the same difference of several is one. */
export function checkMigration(parts: readonly Part[], migration: Migration, options: Options): MigrationCheck {
  const checks = parts.map((part) => checkPart(part.mesh, migration, options));
  const differences = new Map(
    checks
      .flatMap((check) => check.differences)
      .map((difference) => [JSON.stringify([keysOf(difference.change), difference.change.differences]), difference]),
  );
  return {
    asked: checks.reduce((sum, { asked }) => sum + asked, 0),
    differences: [...differences.values()],
    faults: checks.flatMap(({ faults }) => faults),
  };
}

function checkPart(before: Mesh, migration: Migration, options: Options): MigrationCheck {
  const after = migratedMesh(before, migration.texts);
  const { asked, changes, faults } = diff(before, after, options);
  if (changes.length === 0) return { asked, differences: [], faults };
  const reason = migration.notes.length > 0 ? 'not translated' : 'unknown';
  if (before.release !== '1.4')
    return { asked, differences: changes.map((change) => ({ change, reason: 'unknown' as const })), faults };
  const changesIn = (mesh: Mesh) => new Set(diff(before, mesh, options).changes.flatMap(keysOf));
  const old = withOldDefaults(before, after);
  const besideDefaults = changesIn(old);
  const withoutLater = withoutLaterKinds(before, old);
  const besideKinds = withoutLater === old ? besideDefaults : changesIn(withoutLater);
  const differences = changes.map((change): Difference => {
    const isIn = (keys: ReadonlySet<string>) => keysOf(change).some((key) => keys.has(key));
    if (!isIn(besideDefaults)) return { change, reason: 'defaults of later releases' };
    if (!isIn(besideKinds)) return { change, reason: 'kinds of later releases' };
    return { change, reason };
  });
  return { asked, differences, faults };
}

/** A mesh without the objects that Istio 1.4 does not know; itself where it has none. */
function withoutLaterKinds(old: Mesh, mesh: Mesh): Mesh {
  const later = new Set(old.resources.filter(isOfLaterKind).map(identity));
  if (later.size === 0) return mesh;
  return new Mesh(mesh.files, { ...mesh, objects: mesh.resources.filter((each) => !later.has(identity(each))) });
}

const isOfLaterKind = (resource: Resource): boolean =>
  admit(resource, '1.4').violations.some(({ reason }) => reason === 'unknown-kind' || reason === 'unknown-version') &&
  !admit(resource, NEWEST).violations.some(({ reason }) => reason === 'unknown-kind');

const keysOf = ({ probes }: Change): string[] => probes.map(({ sender, title }) => `${sender} ${title}`);

/** The same objects as the newest release is given them; what is only context stays as it is. */
function migratedMesh(mesh: Mesh, texts: Migration['texts']): Mesh {
  const documents = new Set(mesh.resources.map(({ document }) => document));
  const files = mesh.files.map((file) =>
    file.role === 'judged'
      ? read(
          file.path,
          migratedText(file, texts, (document) => documents.has(document)),
        )
      : file,
  );
  const objects = files.flatMap(({ role, resources }) =>
    role === 'judged' ? resources : resources.filter(({ document }) => documents.has(document)),
  );
  return new Mesh(files, { ...mesh, objects, release: NEWEST, translate: undefined });
}

/** A mesh of the newest release with what Istio 1.4 did by default: no automatic mutual TLS, and servers that accept plaintext only. */
function withOldDefaults(old: Mesh, mesh: Mesh): Mesh {
  const root = rootNamespace(old);
  const files = namespacePolicy(mesh, root) ? mesh.files : [...mesh.files, plaintextIn(root)];
  const objects = [...mesh.resources, ...files.slice(mesh.files.length).flatMap(({ resources }) => resources)];
  return new Mesh(files, { ...mesh, objects, meshConfig: meshConfig(old) });
}

const plaintextIn = (namespace: string): SourceFile =>
  read(
    'defaults.yaml',
    toYaml({
      apiVersion: 'security.istio.io/v1',
      kind: 'PeerAuthentication',
      metadata: { name: 'default', namespace },
      spec: { mtls: { mode: 'DISABLE' } },
    }),
    'context',
  );
