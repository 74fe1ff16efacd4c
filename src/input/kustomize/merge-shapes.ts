import { type Values, list, maps, strings, text } from './edit';
import { isRecord } from '../../source/record';
import { groupOf } from './item';
import type { KubernetesObject } from '../../source/resource';
import { own } from '../../source/own';

/** What a strategic merge must know of a field: by which keys items of a list are told apart, and of the fields below. */
export interface Shape {
  /** The keys of the items of a list that is merged; one empty key for a list of scalars. Other lists are replaced. */
  readonly keys?: readonly string[];
  /** The field below, of a map or of the items of a list. */
  field(name: string): Shape | undefined;
}

const map = (fields: Record<string, Shape>): Shape => ({
  field: (name) => (Object.hasOwn(fields, name) ? fields[name] : undefined),
});

const items = (keys: string, fields: Record<string, Shape> = {}): Shape => ({ ...map(fields), keys: keys.split(' ') });

const below = (path: string, shape: Shape): Shape =>
  path
    .split('.')
    .toReversed()
    .reduce((inner, name) => map({ [name]: inner }), shape);

const both = (a: Shape, b: Shape): Shape => ({ field: (name) => a.field(name) ?? b.field(name) });

const METADATA = below('metadata', map({ finalizers: items(''), ownerReferences: items('uid') }));

const CONTAINERS = items('name', {
  env: items('name'),
  ports: items('containerPort protocol'),
  volumeMounts: items('mountPath'),
  volumeDevices: items('devicePath'),
});

const POD = map({
  containers: CONTAINERS,
  initContainers: CONTAINERS,
  ephemeralContainers: CONTAINERS,
  volumes: items('name'),
  imagePullSecrets: items('name'),
  hostAliases: items('ip'),
  topologySpreadConstraints: items('topologyKey whenUnsatisfiable'),
});

const TEMPLATE = both(below('spec.template.spec', POD), METADATA);
const WEBHOOKS = both(map({ webhooks: items('name') }), METADATA);

// The patch strategies of Kubernetes' own API, for the kinds in which lists are merged.
const BUILT_IN: Readonly<Record<string, Shape>> = {
  'apps/DaemonSet': TEMPLATE,
  'apps/Deployment': TEMPLATE,
  'apps/ReplicaSet': TEMPLATE,
  'apps/StatefulSet': TEMPLATE,
  'batch/Job': TEMPLATE,
  'batch/CronJob': both(below('spec.jobTemplate.spec.template.spec', POD), METADATA),
  '/ReplicationController': TEMPLATE,
  '/Pod': both(below('spec', POD), METADATA),
  '/PodTemplate': both(below('template.spec', POD), METADATA),
  '/Service': both(below('spec', map({ ports: items('port protocol') })), METADATA),
  '/ServiceAccount': both(map({ secrets: items('name') }), METADATA),
  'admissionregistration.k8s.io/MutatingWebhookConfiguration': WEBHOOKS,
  'admissionregistration.k8s.io/ValidatingWebhookConfiguration': WEBHOOKS,
};

/** Finds the shape of an object. */
export type Shapes = (object: KubernetesObject) => Shape | undefined;

/** The shapes of the kinds of Kubernetes; other kinds have none, so that their lists are replaced. */
export const builtInShapes: Shapes = (object) => own(BUILT_IN, `${groupOf(object)}/${object.kind}`);

/** The shapes that an OpenAPI document defines, which `openapi.path` of a kustomization names; it replaces the built-in ones. */
export function shapesIn(document: unknown): Shapes {
  const definitions: Values = isRecord(document) && isRecord(document['definitions']) ? document['definitions'] : {};
  const byKind = new Map<string, Shape>();
  for (const schema of Object.values(definitions).filter(isRecord))
    for (const { group, version, kind } of maps(schema['x-kubernetes-group-version-kind']))
      byKind.set([text(group), text(version), text(kind)].join('/'), shapeOf(schema, definitions));
  return ({ apiVersion, kind }) =>
    byKind.get(apiVersion.includes('/') ? `${apiVersion}/${kind}` : `/${apiVersion}/${kind}`);
}

function shapeOf(given: unknown, definitions: Values): Shape {
  const schema = resolved(given, definitions);
  const inner = isRecord(schema['items']) ? resolved(schema['items'], definitions) : schema;
  const properties: Values = isRecord(inner['properties']) ? inner['properties'] : {};
  const field = (name: string) =>
    Object.hasOwn(properties, name) ? shapeOf(properties[name], definitions) : undefined;
  const isMerged = text(schema['x-kubernetes-patch-strategy']).split(',').includes('merge');
  if (!isMerged) return { field };
  const keys = strings(list(schema['x-kubernetes-list-map-keys']));
  return { keys: keys.length ? keys : [text(schema['x-kubernetes-patch-merge-key'])], field };
}

function resolved(schema: unknown, definitions: Values): Values {
  if (!isRecord(schema)) return {};
  const [, name] = /^#\/definitions\/(.+)$/.exec(text(schema['$ref'])) ?? [];
  const target = name === undefined ? undefined : own(definitions, name);
  return isRecord(target) ? { ...target, ...schema } : schema;
}
