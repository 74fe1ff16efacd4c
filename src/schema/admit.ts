import type { Resource } from '../source/resource';
import { check } from './check';
import { kindViolations } from './kind';
import { admitMetadata } from './metadata';
import { type Release, schemaOf } from './release';
import { withoutNulls } from './stored';
import type { Violation } from './violation';

/** What the API server makes of a document: what it would store, and why it would not. */
export interface Admission {
  /**
   * The value with the defaults filled in. Fields that are unknown, null or of the wrong type are left out (items of lists become
   * null, so that the others keep their places): what is there has the type of its kind.
   */
  readonly value: unknown;
  readonly violations: readonly Violation[];
}

const admissions = new WeakMap<Resource<unknown>, Map<Release, Admission>>();

/** What the API server of a release would say to a document, worked out once. */
export function admit(resource: Resource<unknown>, release: Release): Admission {
  const known = admissions.get(resource) ?? new Map<Release, Admission>();
  admissions.set(resource, known);
  const before = known.get(release);
  if (before) return before;
  const made = judge(resource, release);
  known.set(release, made);
  return made;
}

function judge(resource: Resource<unknown>, release: Release): Admission {
  const { group, version, kind, written } = resource;
  const known = schemaOf(release, group, version, kind);
  if (!known) return { value: withoutNulls(written), violations: kindViolations(resource, release) };

  const { value, violations } = check(known.bundle, kind, written);
  if (known.group === 'install.istio.io') return { value, violations }; // A file that no API server reads.
  const metadata = admitMetadata(kind, (written as { metadata?: unknown }).metadata);
  return {
    value: { ...(value as object), metadata: metadata.value },
    violations: [...metadata.violations, ...violations],
  };
}
