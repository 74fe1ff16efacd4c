import { RE2JS } from 're2js';
import type { KubernetesObject } from '../../source/resource';
import { type Missing, type Values, edited, mapped, maps, text } from './edit';
import { isRecord } from '../../source/record';
import { type FieldSpec, type FieldSpecs, isOfKind, mergedSpecs, readSpec, steps } from './field-specs';
import { type Item, equalIds, currentId, groupOf, idsOf, isClusterScoped, remember } from './item';
import { NotRendered } from './not-rendered';
import { own } from '../../source/own';

/** Changes the fields of an object that specs lead to. */
export function changeFields(
  value: KubernetesObject,
  specs: readonly FieldSpec[],
  create: Missing | undefined,
  change: (old: unknown) => unknown,
): KubernetesObject {
  return specs
    .filter((spec) => isOfKind(spec, value))
    .reduce(
      (before, spec) => edited(before, spec.path, spec.create ? create : undefined, change) as typeof value,
      value,
    );
}

/** Puts objects into a namespace. kustomize: namespace.Filter */
export function setNamespace(items: readonly Item[], namespace: string, { namespace: specs }: FieldSpecs): void {
  for (const item of items) {
    remember(item);
    item.value = inNamespace(item.value, namespace, specs);
    const id = currentId(item);
    const same = items.filter(
      (other) => other.value.apiVersion === item.value.apiVersion && equalIds(currentId(other), id),
    );
    if (same.length > 1) throw new NotRendered(`namespace "${namespace}" gives ${id.kind} "${id.name}" twice`);
  }
}

const SET_METADATA: FieldSpec = { group: '', version: '', kind: '', path: ['metadata', 'namespace'], create: true };

function inNamespace(object: KubernetesObject, namespace: string, all: readonly FieldSpec[]): KubernetesObject {
  const isBinding = object.kind === 'RoleBinding' || object.kind === 'ClusterRoleBinding';
  const specs = all.filter(({ path }) => {
    const name = path.join('/');
    if (name === 'metadata/namespace' || (isBinding && name === 'subjects/namespace')) return false;
    return name !== 'metadata/name' || object.apiVersion === 'v1';
  });
  const placed = isClusterScoped(object) ? object : changeFields(object, [SET_METADATA], 'scalar', () => namespace);
  const bound = isBinding ? withDefaultSubjects(placed, namespace) : placed;
  return changeFields(bound, specs, 'scalar', () => namespace);
}

const withDefaultSubjects = (object: KubernetesObject, namespace: string): KubernetesObject =>
  edited(object, ['subjects'], undefined, (subjects) =>
    Array.isArray(subjects)
      ? mapped(subjects, (each) => (isRecord(each) && each['name'] === 'default' ? { ...each, namespace } : each))
      : subjects,
  ) as KubernetesObject;

/** Kinds whose names mean something to Kubernetes itself. */
const isNeverRenamed = ({ value }: Item): boolean =>
  value.kind === 'CustomResourceDefinition' ||
  value.kind === 'Namespace' ||
  (value.kind === 'APIService' && groupOf(value) === 'apiregistration.k8s.io');

/** Adds a prefix or a suffix to the names of objects. */
export function rename(items: readonly Item[], affix: string, where: 'prefix' | 'suffix', fields: FieldSpecs): void {
  const specs = where === 'prefix' ? fields.namePrefix : fields.nameSuffix;
  for (const item of items.filter((each) => !isNeverRenamed(each)))
    for (const spec of specs.filter((each) => isOfKind(each, item.value))) {
      if (spec.path.join('/') === 'metadata/name') {
        item[where === 'prefix' ? 'prefixes' : 'suffixes'].push(affix);
        remember(item);
      }
      item.value = changeFields(item.value, [spec], undefined, (old) =>
        where === 'prefix' ? `${affix}${text(old)}` : `${text(old)}${affix}`,
      );
    }
}

const METADATA_LABELS: FieldSpec = { group: '', version: '', kind: '', path: steps('metadata/labels'), create: true };

/** Adds the labels of `labels` and `commonLabels`. */
export function setLabels(items: readonly Item[], { labels, commonLabels }: Values, fields: FieldSpecs): void {
  for (const entry of maps(labels)) setEntries(items, entry['pairs'], labelFields(entry, fields));
  setEntries(items, commonLabels, fields.commonLabels);
}

function labelFields(entry: Values, fields: FieldSpecs): readonly FieldSpec[] {
  const own = mergedSpecs(maps(entry['fields']).map(readSpec), fields.labels);
  if (entry['includeSelectors'] === true) return mergedSpecs(own, fields.commonLabels);
  const template = entry['includeTemplates'] === true ? mergedSpecs(own, fields.templateLabels) : own;
  const claims =
    entry['includeVolumeClaimTemplates'] === true ? mergedSpecs(template, fields.volumeClaimTemplateLabels) : template;
  return mergedSpecs(claims, [METADATA_LABELS]);
}

/** Adds the annotations of `commonAnnotations`. */
export const setAnnotations = (items: readonly Item[], { commonAnnotations }: Values, fields: FieldSpecs): void =>
  setEntries(items, commonAnnotations, fields.commonAnnotations);

function setEntries(items: readonly Item[], pairs: unknown, specs: readonly FieldSpec[]): void {
  if (!isRecord(pairs) || Object.keys(pairs).length === 0) return;
  const entries = Object.fromEntries(Object.entries(pairs).map(([key, value]) => [key, text(value)]));
  for (const item of items)
    item.value = changeFields(item.value, specs, 'map', (old) => {
      if (old !== null && !isRecord(old)) throw new NotRendered(`labels of ${item.value.kind} are not a map`);
      return { ...(old ?? {}), ...entries };
    });
}

/** Sets the numbers of replicas of `replicas`. */
export function setReplicas(items: readonly Item[], { replicas }: Values, { replicas: specs }: FieldSpecs): void {
  for (const { name, count } of maps(replicas)) {
    const isNamed = (item: Item) => idsOf(item).some((id) => id.name === text(name));
    const found = items.filter((item) => isNamed(item) && specs.some((spec) => isOfKind(spec, item.value)));
    if (found.length === 0) throw new NotRendered(`"replicas" names "${text(name)}", which does not exist`);
    for (const item of found) item.value = changeFields(item.value, specs, 'scalar', () => Number(count));
  }
}

/** Sets the images of `images`, also in kinds that kustomize does not know. kustomize: imagetag.Filter, LegacyFilter */
export function setImages(items: readonly Item[], { images }: Values, { images: specs }: FieldSpecs): void {
  const changes = maps(images).map((image) => ({ image, pattern: imagePattern(text(image['name'])) }));
  if (changes.length === 0) return;
  const change = (old: unknown) =>
    changes.reduce(
      (before, { image, pattern }) =>
        typeof before === 'string' && pattern?.matches(before) ? imageOf(before, image) : before,
      old,
    );
  for (const item of items.filter(({ value }) => value.kind !== 'CustomResourceDefinition')) {
    const known = changeFields(item.value, specs, undefined, change);
    item.value = withImages(known, change) as KubernetesObject;
  }
}

/** Changes the image of every item of `containers` and `initContainers`, wherever they are. */
function withImages(value: unknown, change: (old: unknown) => unknown): unknown {
  if (Array.isArray(value)) return mapped(value, (item) => withImages(item, change));
  if (!isRecord(value)) return value;
  const entries = Object.entries(value).map(([key, old]) => {
    const inner = withImages(old, change);
    const isList = key === 'containers' || key === 'initContainers';
    return [key, isList && Array.isArray(inner) ? edited(inner, ['image'], undefined, change) : inner] as const;
  });
  return entries.every(([key, each]) => each === own(value, key)) ? value : Object.fromEntries(entries);
}

function imagePattern(name: string): RE2JS | undefined {
  try {
    return RE2JS.compile(`${name}(:[a-zA-Z0-9_.{}-]*)?(@sha256:[a-zA-Z0-9_.{}-]*)?`);
  } catch {
    return undefined;
  }
}

function imageOf(old: string, { newName, newTag, digest, tagSuffix }: Values): string {
  const [, first = '', tag = '', hash = ''] = /^((?:[^/]*\/)?[^:@]*)(?::([^@]*))?(?:@(.*))?$/.exec(old) ?? [];
  const name = text(newName) || first;
  const [wantedTag, wantedHash] = [text(newTag), text(digest)];
  const suffix = text(tagSuffix);
  if (wantedTag || wantedHash) return written(name, wantedTag, wantedHash);
  return suffix ? written(name, tag + suffix, '') : written(name, tag, hash);
}

const written = (name: string, tag: string, digest: string): string =>
  name + (tag && `:${tag}`) + (digest && `@${digest}`);
