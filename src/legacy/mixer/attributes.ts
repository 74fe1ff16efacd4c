import type { Attributes, Vocabulary } from './expression';
import { momentOf } from './expression/moment';
import { VALUE_TYPES, type Value, type ValueType, addressOf, durationOf } from './expression/value';

/** The attributes of the manifests that Istio 1.4 installs (istioproxy, kubernetes). */
const BUILT_IN: Partial<Record<ValueType, string>> = {
  STRING: `
    api.operation
    api.protocol
    api.service
    api.version
    check.error_message
    connection.event
    connection.id
    connection.requested_server_name
    context.protocol
    context.proxy_error_code
    context.proxy_version
    context.reporter.kind
    context.reporter.uid
    destination.container.name
    destination.name
    destination.namespace
    destination.owner
    destination.principal
    destination.service.host
    destination.service.name
    destination.service.namespace
    destination.service.uid
    destination.serviceAccount
    destination.uid
    destination.workload.name
    destination.workload.namespace
    destination.workload.uid
    origin.uid
    origin.user
    rbac.permissive.effective_policy_id
    rbac.permissive.response_code
    request.api_key
    request.auth.audiences
    request.auth.presenter
    request.auth.principal
    request.auth.raw_claims
    request.host
    request.id
    request.method
    request.path
    request.reason
    request.referer
    request.scheme
    request.url_path
    request.useragent
    response.grpc_message
    response.grpc_status
    source.name
    source.namespace
    source.owner
    source.principal
    source.serviceAccount
    source.services
    source.uid
    source.user
    source.workload.name
    source.workload.namespace
    source.workload.uid`,
  STRING_MAP: `
    destination.labels
    destination.metadata
    request.auth.claims
    request.headers
    request.query_params
    response.headers
    source.labels
    source.metadata`,
  INT64: `
    check.error_code
    connection.received.bytes
    connection.received.bytes_total
    connection.sent.bytes
    connection.sent.bytes_total
    destination.port
    request.size
    request.total_size
    response.code
    response.size
    response.total_size`,
  BOOL: `
    check.cache_hit
    connection.mtls
    context.reporter.local
    quota.cache_hit`,
  IP_ADDRESS: `
    destination.ip
    origin.ip
    source.ip`,
  TIMESTAMP: `
    context.time
    context.timestamp
    request.time
    response.time`,
  DURATION: `
    connection.duration
    response.duration`,
};

/** The built-in vocabulary of Istio 1.4. */
export const BUILT_IN_VOCABULARY: Vocabulary = new Map(
  VALUE_TYPES.flatMap((type) =>
    (BUILT_IN[type] ?? '')
      .split(/\s+/)
      .filter(Boolean)
      .map((name) => [name, type] as const),
  ),
);

const FAMILIES = new Set([...BUILT_IN_VOCABULARY.keys()].map((name) => name.split('.')[0]));

/** Whether an attribute belongs to a family that the manifests of Istio define, such as "request": they have all of its names. */
export const isOfIstio = (attribute: string): boolean => FAMILIES.has(attribute.split('.')[0]);

/** A vocabulary with attributes of one's own, which win; entries of unknown types are left out. */
export const withAttributes = (vocabulary: Vocabulary, added: Readonly<Record<string, unknown>>): Vocabulary =>
  new Map([
    ...vocabulary,
    ...Object.entries(added).filter((entry): entry is [string, ValueType] => isValueType(entry[1])),
  ]);

const isValueType = (value: unknown): value is ValueType => (VALUE_TYPES as readonly unknown[]).includes(value);

/** The attributes that JSON states, each by its type in the vocabulary; `wrong` has the names whose value has another type. */
export function attributesOf(
  json: Readonly<Record<string, unknown>>,
  vocabulary: Vocabulary,
): { attributes: Attributes; wrong: string[] } {
  const entries = Object.entries(json).map(
    ([name, value]) => [name, valueIn(value, typeFor(name, value, vocabulary))] as const,
  );
  const attributes = new Map(entries.filter((entry): entry is [string, Value] => entry[1] !== undefined));
  return { attributes, wrong: Object.keys(json).filter((name) => !attributes.has(name)) };
}

/** What the vocabulary does not know is a text or a map. */
const typeFor = (name: string, value: unknown, vocabulary: Vocabulary): ValueType =>
  vocabulary.get(name) ?? (typeof value === 'object' ? 'STRING_MAP' : 'STRING');

function valueIn(json: unknown, type: ValueType): Value | undefined {
  switch (type) {
    case 'INT64':
      return Number.isInteger(json) ? BigInt(json as number) : undefined;
    case 'DOUBLE':
      return typeof json === 'number' ? json : undefined;
    case 'BOOL':
      return typeof json === 'boolean' ? json : undefined;
    case 'STRING_MAP':
      return mapIn(json);
    case 'TIMESTAMP':
      return typeof json === 'string' ? momentOf(json) : undefined;
    case 'DURATION':
      return typeof json === 'string' ? durationOf(json) : undefined;
    case 'IP_ADDRESS':
      return typeof json === 'string' ? addressOf(json) : undefined;
    case 'STRING':
    case 'DNS_NAME':
    case 'EMAIL_ADDRESS':
    case 'URI':
      return typeof json === 'string' ? json : undefined;
  }
}

function mapIn(json: unknown): ReadonlyMap<string, string> | undefined {
  if (json === null || typeof json !== 'object' || Array.isArray(json)) return undefined;
  const entries = Object.entries(json);
  return entries.every((entry): entry is [string, string] => typeof entry[1] === 'string')
    ? new Map(entries)
    : undefined;
}
