import { type Path, valueAt } from '../source/path';
import { beginsWith, holdsUnknown, isUnknown, placeholdersIn } from '../source/placeholders';
import type { Resource } from '../source/resource';
import { type Checked, check } from './check';
import { meshConfigMapViolations } from './embedded';
import { kindViolations } from './kind';
import type { ConfigMap } from './kinds/kubernetes';
import { KUBERNETES_KINDS } from './kinds/table';
import { kubernetesViolations } from './kubernetes';
import { admitMetadata } from './metadata';
import { type Release, schemaOf } from './release';
import { loadValue } from '../source/values';
import { withoutNulls } from './stored';
import type { Violation } from './violation';
import { operatorViolations, webhookViolations } from './webhook';
import { isNewsToWebhook } from './webhook/news';

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
  const { value, violations } = judge(resource, release);
  const made = { value, violations: violations.filter((found) => !dependsOnUnknown(resource, found)) };
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
    case 'unknown-field':
    case 'missing-field':
    case 'wrong-type':
    case 'channel':
    case 'old-name':
      return false;
    default:
      return on === 'value' && holdsUnknown(resource, path, LEVELS_SEEN);
  }
}

/** As dependsOnUnknown, for YAML that is the text of a field. */
function dependsOnUnknownWithin(text: unknown, inside: Path): boolean {
  if (typeof text !== 'string') return false;
  return placeholdersIn(loadValue(text)).some((unknown) => beginsWith(inside, unknown));
}

function judge(resource: Resource<unknown>, release: Release): Admission {
  const { group, version, kind, written } = resource;
  const known = schemaOf(release, group, version, kind);
  if (!known) return { value: withoutNulls(written), violations: kindViolations(resource, release) };

  const checked = check(known.bundle, kind, written);
  if (known.group === 'install.istio.io') return withoutServer(kind, checked, release);
  const metadata = admitMetadata(kind, (written as { metadata?: unknown }).metadata);
  const value = { ...(checked.value as object), metadata: metadata.value };
  const shape = checked.violations;
  const across = acrossFields(group, kind, value, release).filter(isNewsTo(shape));
  const webhook = webhookViolations(group, kind, value, release).filter(isNewsToWebhook(shape));
  return { value, violations: [...metadata.violations, ...shape, ...across, ...webhook] };
}

/** A file that istioctl reads, and no API server. */
function withoutServer(kind: string, { value, violations, written }: Checked, release: Release): Admission {
  const operator = kind === 'IstioOperator' ? operatorViolations(value, release) : [];
  const named = operator.map((found) => ({ ...found, path: written(found.path) }));
  return { value, violations: [...violations, ...named.filter(isNewsToWebhook(violations))] };
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
  return ({ path }) => !shape.some((fault) => isOnTheWay(path, fault.path) || isOnTheWay(fault.path, path));
}
