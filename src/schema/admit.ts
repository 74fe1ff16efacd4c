import { type Path, valueAt } from '../source/path';
import { beginsWith, hasOpenField, holdsUnknown, isUnknown, placeholdersIn } from '../source/placeholders';
import { hasHollowList, withoutGaps, writtenPath } from '../source/gaps';
import type { Resource } from '../source/resource';
import { type Checked, check, isUntyped } from './check';
import { definitionViolations } from './definition-1.4';
import { meshConfigMapViolations } from './embedded';
import { kindViolations } from './kind';
import type { ConfigMap } from './kinds/kubernetes';
import { KUBERNETES_KINDS } from './kinds/table';
import { kubernetesViolations } from './kubernetes';
import { admitMetadata } from './metadata';
import { type Release, schemaOf } from './release';
import { loadValue } from '../source/values';
import { takeOut, withoutNulls } from './stored';
import type { Violation } from './violation';
import { operatorViolations, webhookViolations } from './webhook';
import { isMeant, isNewsToWebhook } from './webhook/news';

/** What the API server makes of a document: what it would store, and why it would not. */
export interface Admission {
  /**
   * The value with the defaults filled in. Fields that are unknown, null or of the wrong type are left out (items of lists become
   * null, so that the others keep their places): what is there has the type of its kind.
   */
  readonly value: unknown;
  readonly violations: readonly Violation[];
  /** Items of lists in the value that have lost what their type requires: readers that rely on the type must not see them. */
  readonly incomplete: readonly Path[];
  /** What our own checks threw at this document; they are then incomplete. */
  readonly faults: readonly unknown[];
}

const admissions = new WeakMap<Resource<unknown>, Map<Release, Admission>>();

/** What the API server of a release would say to a document, worked out once. */
export function admit(resource: Resource<unknown>, release: Release): Admission {
  const known = admissions.get(resource) ?? new Map<Release, Admission>();
  admissions.set(resource, known);
  const before = known.get(release);
  if (before) return before;
  const made = admitted(resource, release);
  known.set(release, made);
  return made;
}

/** Fields that look at several others name the one around them; farther below it than this they see nothing. */
const LEVELS_SEEN = 3;

/** Whether a fault may be gone once the placeholders of the object are filled in. */
function dependsOnUnknown(resource: Resource<unknown>, { path, inside, reason, on }: Violation): boolean {
  if (isUnknown(resource, path)) return true;
  if (inside) return dependsOnUnknownWithin(valueAt(resource.written, path), inside);
  switch (reason) {
    case 'missing-kind':
    case 'unknown-kind':
    case 'removed-kind':
    case 'unknown-version':
    case 'removed-version':
    case 'unknown-field':
    case 'wrong-type':
    case 'channel':
    case 'old-name':
      return false;
    case 'missing-field':
      return hasOpenField(resource, path);
    default:
      return on === 'value' && holdsUnknown(resource, path, LEVELS_SEEN);
  }
}

/** As dependsOnUnknown, for YAML that is the text of a field. */
function dependsOnUnknownWithin(text: unknown, inside: Path): boolean {
  if (typeof text !== 'string') return false;
  return placeholdersIn(loadValue(text)).some((unknown) => beginsWith(inside, unknown));
}

/** A fault of our own in one document must not cost what is found in others. */
function admitted(resource: Resource<unknown>, release: Release): Admission {
  try {
    const made = checkOne(resource, release);
    return { ...made, violations: made.violations.filter((found) => !dependsOnUnknown(resource, found)) };
  } catch (error) {
    const { apiVersion, kind, metadata } = resource;
    return { value: { apiVersion, kind, metadata }, violations: [], incomplete: [], faults: [error] };
  }
}

function checkOne(resource: Resource<unknown>, release: Release): Admission {
  const { group, version, kind, written } = resource;
  const known = schemaOf(release, group, version, kind);
  if (!known)
    return {
      value: withoutNulls(written),
      violations: kindViolations(resource, release),
      incomplete: [],
      faults: [],
    };

  const checked = check(known.bundle, kind, written);
  if (known.group === 'install.istio.io') return withoutServer(kind, checked, release);
  const metadata = admitMetadata(kind, (written as { metadata?: unknown }).metadata);
  const value = { ...(checked.value as object), metadata: metadata.value };
  const typed = checked.violations;
  const definition = definitionViolations(known.bundle, kind, written).filter(isNewsToWebhook(typed));
  const shape = [...typed, ...definition];
  const attempts = new Attempts(value);
  const across = attempts.violations((dense) => acrossFields(group, kind, dense, release));
  // Without any of its items a list would mean something else to the webhook: a VirtualService without hosts is a delegate.
  const webhook = attempts.hasHollowList()
    ? []
    : attempts.violations((dense) => webhookViolations(group, kind, dense, release));
  for (const { reason, path, inside } of across) if (isUntyped(reason) && !inside) takeOut(value, path);
  return {
    value,
    violations: [
      ...metadata.violations,
      ...shape,
      ...across.filter(isNewsTo(shape)),
      ...webhook.filter(isNewsToWebhook(shape)),
    ],
    incomplete: checked.incomplete,
    faults: attempts.faults,
  };
}

/** A file that istioctl reads, and no API server. */
function withoutServer(kind: string, { value, violations, written }: Checked, release: Release): Admission {
  const attempts = new Attempts(value);
  const operator = kind === 'IstioOperator' ? attempts.violations((dense) => operatorViolations(dense, release)) : [];
  const named = operator.map((found) => ({ ...found, path: written(found.path) }));
  return {
    value,
    violations: [...violations, ...named.filter(isNewsToWebhook(violations))],
    incomplete: [],
    faults: attempts.faults,
  };
}

/** Checks of a value whose lists have lost what has the wrong type: one that fails does not cost what the others find. */
class Attempts {
  readonly faults: unknown[] = [];
  private readonly dense: unknown;

  constructor(private readonly value: unknown) {
    this.dense = withoutGaps(value);
  }

  /** Whether a list of the value has lost all that it had. */
  hasHollowList(): boolean {
    return this.dense !== this.value && hasHollowList(this.value);
  }

  violations(checks: (dense: unknown) => readonly Violation[]): Violation[] {
    const { dense } = this;
    try {
      return checks(dense).map((found) => ({ ...found, path: writtenPath(dense, found.path) }));
    } catch (error) {
      this.faults.push(error);
      return [];
    }
  }
}

/** What is checked of an object as a whole, once each of its fields has the type that it should have. */
function acrossFields(group: string, kind: string, value: unknown, release: Release): Violation[] {
  if (!Object.hasOwn(KUBERNETES_KINDS, group)) return [];
  const embedded = kind === 'ConfigMap' ? meshConfigMapViolations(value as ConfigMap, release) : [];
  return [...kubernetesViolations(kind, value), ...embedded];
}

/** What misses or misreads something because a fault of the shape has taken it out is no mistake of its own. */
function isNewsTo(shape: readonly Violation[]): (found: Violation) => boolean {
  const isOnTheWay = (from: Path, to: Path) => from.every((step, index) => to[index] === step);
  return (found) =>
    !shape.some(
      (fault) =>
        isOnTheWay(found.path, fault.path) ||
        isOnTheWay(fault.path, found.path) ||
        (fault.reason === 'unknown-field' && isMeant(fault, found)),
    );
}
