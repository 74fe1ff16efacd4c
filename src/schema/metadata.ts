import { isRecord } from '../source/record';
import type { Path } from '../source/path';
import { check } from './check';
import { type BadName, dns1035Label, dnsLabel, dnsSubdomain, labelValue, qualifiedName } from './names';
import { missingField } from './shape/fields';
import { type Violation, violation } from './violation';
import { own } from '../source/own';

/** The part of an object's metadata that its author writes, as far as it has the right types. */
export interface CheckedMetadata {
  readonly name?: string;
  readonly generateName?: string;
  readonly namespace?: string;
  readonly labels?: Record<string, string>;
  readonly annotations?: Record<string, string>;
  readonly finalizers?: readonly string[];
}

/** Metadata as the API server stores it, and why it would not. */
export interface MetadataAdmission {
  readonly value: CheckedMetadata;
  readonly violations: readonly Violation[];
}

const NAME_RULES: Record<string, (name: string) => BadName | undefined> = {
  Namespace: dnsLabel,
  Service: dns1035Label,
  StatefulSet: dnsLabel,
};

/** The metadata of an object of a kind. Source: apimachinery ValidateObjectMeta. */
export function admitMetadata(kind: string, written: unknown): MetadataAdmission {
  if (written !== undefined && written !== null && !isRecord(written)) return { value: {}, violations: [] }; // The shape says so.
  const shape = admitTemplateMetadata(['metadata'], written);
  return { value: shape.value, violations: [...shape.violations, ...nameViolations(kind, shape)] };
}

/** The metadata of a template of objects, which need no name. */
export function admitTemplateMetadata(path: Path, written: unknown): MetadataAdmission {
  const checked = check('kubernetes-1.34/ObjectMeta', 'ObjectMeta', written ?? {});
  const value = (isRecord(checked.value) ? checked.value : {}) as CheckedMetadata;
  const shape = checked.violations.map((found) => ({ ...found, path: [...path, ...found.path] }));
  return { value, violations: [...shape, ...labelViolations(path, value), ...annotationViolations(path, value)] };
}

function nameViolations(kind: string, { value, violations }: MetadataAdmission): Violation[] {
  const { name, generateName, namespace } = value;
  const rule = own(NAME_RULES, kind) ?? dnsSubdomain;
  const found: Violation[] = [];
  if (name) found.push(...nameViolation(['metadata', 'name'], name, rule(name)));
  else if (!generateName && !violations.some(isAboutName)) found.push(missingField(['metadata'], 'name'));
  // What is generated goes on behind the dash.
  if (generateName)
    found.push(...nameViolation(['metadata', 'generateName'], generateName, rule(generateName.replace(/-$/, 'a'))));
  if (namespace) found.push(...nameViolation(['metadata', 'namespace'], namespace, dnsLabel(namespace)));
  return found;
}

/** A name of the wrong type or under a misspelt key is not also missing. */
const isAboutName = ({ path, suggestion }: Violation) =>
  /^(generateN|n)ame$/.test(String(path[1])) ||
  (suggestion && 'replaceKey' in suggestion && /^(generateN|n)ame$/.test(suggestion.replaceKey));

function nameViolation(path: Path, name: string, bad: BadName | undefined): Violation[] {
  if (!bad) return [];
  const { because, instead } = bad;
  const help = instead === undefined ? '' : `; did you mean "${instead}"?`;
  const suggestion = instead === undefined ? undefined : { replaceValue: instead };
  return [violation('metadata', path, `"${name}" ${because}${help}`, { suggestion })];
}

const NONE: readonly Violation[] = [];

function labelViolations(path: Path, { labels = {} }: CheckedMetadata): Violation[] {
  return Object.entries(labels).flatMap(([key, value]) => {
    const [badKey, badValue] = [qualifiedName(key), labelValue(value)];
    if (!badKey && !badValue) return NONE;
    const at = [...path, 'labels', key];
    return [...keyViolation(at, key, badKey), ...nameViolation(at, value, badValue)];
  });
}

const MOST_ANNOTATIONS = 256 * 1024;

function annotationViolations(path: Path, { annotations = {}, finalizers = [] }: CheckedMetadata): Violation[] {
  const keys = Object.keys(annotations).flatMap((key) =>
    keyViolation([...path, 'annotations', key], key, qualifiedName(key.toLowerCase())),
  );
  const size = Object.entries(annotations).reduce((sum, [key, value]) => sum + key.length + value.length, 0);
  if (size > MOST_ANNOTATIONS)
    keys.push(
      violation(
        'metadata',
        [...path, 'annotations'],
        `the annotations have ${size} characters; at most ${MOST_ANNOTATIONS} are allowed`,
      ),
    );
  const endings = finalizers.flatMap((name, index) =>
    nameViolation([...path, 'finalizers', index], name ?? '', qualifiedName(name ?? '')),
  );
  return [...keys, ...endings];
}

const keyViolation = (path: Path, key: string, bad: BadName | undefined): Violation[] =>
  bad ? [violation('metadata', path, `"${key}" ${bad.because}`, { on: 'key' })] : [];
