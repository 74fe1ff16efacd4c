import { isRecord } from '../../source/record';
import type { KubernetesObject } from '../../source/resource';
import { own } from '../../source/own';

type Values = Record<string, unknown>;

/** What of the status is more than a report: the mesh works with it. */
const STATUS: Record<string, readonly string[]> = {
  Pod: ['phase', 'podIP', 'podIPs', 'hostIP', 'conditions'],
  Service: ['loadBalancer'],
  Gateway: ['addresses'],
  ServiceEntry: ['addresses'],
};
const METADATA = [
  'name',
  'generateName',
  'namespace',
  'labels',
  'annotations',
  'ownerReferences',
  'creationTimestamp',
  'deletionTimestamp',
];
// A copy of the whole object, Secrets' data included.
const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';
// What programs are given often holds credentials and describes nothing of the mesh; that of Istio's own containers does.
const ISTIO = ['istio-proxy', 'discovery'];
const PRIVATE = ['env', 'envFrom', 'args', 'command', 'volumeMounts', 'lifecycle'];

/** The object without what the server keeps for itself, and without what is neither of use for the mesh nor ours to show. */
export function trim(object: KubernetesObject): KubernetesObject {
  const { apiVersion, kind, metadata, status, ...rest } = object as KubernetesObject & Values;
  const kept = status === undefined ? undefined : trimStatus(kind, status);
  const body = { ...trimBody(kind, rest), ...(kept && { status: kept }) };
  return { apiVersion, kind, metadata: isRecord(metadata) ? trimMetadata(metadata) : {}, ...body };
}

function trimMetadata(metadata: Values): Values {
  const kept = pick(metadata, METADATA);
  if (!isRecord(kept['annotations']) || !(LAST_APPLIED in kept['annotations'])) return kept;
  const annotations = omit(kept['annotations'], [LAST_APPLIED]);
  return Object.keys(annotations).length ? { ...kept, annotations } : omit(kept, ['annotations']);
}

function trimStatus(kind: string, status: unknown): Values | undefined {
  const names = own(STATUS, kind);
  const kept = names && isRecord(status) ? pick(status, names) : {};
  return Object.keys(kept).length ? kept : undefined;
}

function trimBody(kind: string, body: Values): Values {
  switch (kind) {
    case 'Pod':
      return { ...body, spec: trimPodSpec(body['spec']) };
    case 'Deployment':
    case 'StatefulSet':
    case 'DaemonSet':
      return { ...body, spec: trimWorkload(body['spec']) };
    case 'Node':
      return {};
    case 'CustomResourceDefinition':
      return { ...body, spec: trimDefinition(body['spec']) };
    case 'MutatingWebhookConfiguration':
    case 'ValidatingWebhookConfiguration':
      return { ...body, webhooks: items(body['webhooks']).map(trimWebhook) };
    default:
      return body;
  }
}

function trimWorkload(spec: unknown): unknown {
  if (!isRecord(spec) || !isRecord(spec['template'])) return spec;
  const template = { ...spec['template'], spec: trimPodSpec(spec['template']['spec']) };
  return { ...omit(spec, ['volumeClaimTemplates']), template };
}

function trimPodSpec(spec: unknown): unknown {
  if (!isRecord(spec)) return spec;
  const kept = omit(spec, ['volumes', 'tolerations', 'affinity']);
  for (const name of ['containers', 'initContainers', 'ephemeralContainers'] as const)
    if (name in kept) kept[name] = items(kept[name]).map(trimContainer);
  return kept;
}

function trimContainer(container: unknown): unknown {
  if (!isRecord(container) || ISTIO.includes(String(container['name']))) return container;
  return omit(container, PRIVATE);
}

function trimDefinition(spec: unknown): unknown {
  if (!isRecord(spec)) return spec;
  const versions = items(spec['versions'])
    .filter(isRecord)
    .map((version) => pick(version, ['name', 'served', 'storage']));
  return { ...pick(spec, ['group', 'names', 'scope']), versions };
}

function trimWebhook(webhook: unknown): unknown {
  if (!isRecord(webhook) || !isRecord(webhook['clientConfig'])) return webhook;
  return { ...webhook, clientConfig: omit(webhook['clientConfig'], ['caBundle']) };
}

const items = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

const pick = (object: Values, names: readonly string[]): Values =>
  Object.fromEntries(Object.entries(object).filter(([name, value]) => names.includes(name) && value !== undefined));

const omit = (object: Values, names: readonly string[]): Values =>
  Object.fromEntries(Object.entries(object).filter(([name]) => !names.includes(name)));
