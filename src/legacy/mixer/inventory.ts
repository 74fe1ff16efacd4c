/** The adapters compiled into Mixer 1.4, with the templates that each takes. Source: mixer/adapter/metadata. */
export const ADAPTERS: Readonly<Record<string, readonly string[]>> = {
  bypass: ['checknothing', 'reportnothing', 'metric', 'quota'],
  circonus: ['metric'],
  cloudwatch: ['metric', 'logentry'],
  denier: ['checknothing', 'listentry', 'quota'],
  dogstatsd: ['metric'],
  fluentd: ['logentry'],
  kubernetesenv: ['kubernetes'],
  listchecker: ['listentry'],
  memquota: ['quota'],
  noop: ['authorization', 'checknothing', 'reportnothing', 'listentry', 'logentry', 'metric', 'quota', 'tracespan'],
  opa: ['authorization'],
  prometheus: ['metric'],
  redisquota: ['quota'],
  solarwinds: ['metric', 'logentry'],
  stackdriver: ['edge', 'logentry', 'metric', 'tracespan'],
  statsd: ['metric'],
  stdio: ['logentry', 'metric'],
  zipkin: ['tracespan'],
};

/** In which call of the proxy a template is used. */
export type Variety = 'check' | 'quota' | 'report' | 'preprocess';

/** A field of an instance: an expression of any type or of one, a map of expressions, or fields below it. */
export type TemplateField =
  'any' | 'STRING' | 'INT64' | 'BOOL' | 'TIMESTAMP' | 'IP_ADDRESS' | 'map' | 'names' | TemplateFields;

export interface TemplateFields {
  readonly fields: Readonly<Record<string, TemplateField>>;
}

const SUBJECT: TemplateFields = { fields: { user: 'STRING', groups: 'STRING', properties: 'map' } };
const ACTION: TemplateFields = {
  fields: { namespace: 'STRING', service: 'STRING', method: 'STRING', path: 'STRING', properties: 'map' },
};
const RESOURCE = { monitoredResourceType: 'STRING', monitoredResourceDimensions: 'map' } as const;

const texts = (names: string): Record<string, 'STRING'> =>
  Object.fromEntries(names.split(' ').map((name) => [name, 'STRING']));

/** The templates compiled into Mixer 1.4. Source: mixer/template. */
export const TEMPLATES: Readonly<
  Record<string, { readonly variety: Variety; readonly fields: TemplateFields['fields'] }>
> = {
  apikey: { variety: 'check', fields: { ...texts('api apiVersion apiOperation apiKey'), timestamp: 'TIMESTAMP' } },
  authorization: { variety: 'check', fields: { subject: SUBJECT, action: ACTION } },
  checknothing: { variety: 'check', fields: {} },
  edge: {
    variety: 'report',
    fields: {
      timestamp: 'TIMESTAMP',
      ...texts(
        'sourceUid sourceOwner sourceWorkloadName sourceWorkloadNamespace destinationUid destinationOwner destinationWorkloadName',
      ),
      ...texts(
        'destinationWorkloadNamespace destinationServiceName destinationServiceNamespace contextProtocol apiProtocol',
      ),
    },
  },
  kubernetes: {
    variety: 'preprocess',
    fields: {
      sourceUid: 'STRING',
      sourceIp: 'IP_ADDRESS',
      destinationUid: 'STRING',
      destinationIp: 'IP_ADDRESS',
      destinationPort: 'INT64',
      attributeBindings: 'names',
    },
  },
  listentry: { variety: 'check', fields: { value: 'any' } },
  logentry: {
    variety: 'report',
    fields: { variables: 'map', timestamp: 'TIMESTAMP', severity: 'STRING', ...RESOURCE },
  },
  metric: { variety: 'report', fields: { value: 'any', dimensions: 'map', ...RESOURCE } },
  quota: { variety: 'quota', fields: { dimensions: 'map' } },
  reportnothing: { variety: 'report', fields: {} },
  tracespan: {
    variety: 'report',
    fields: {
      ...texts('traceId spanId parentSpanId spanName sourceName destinationName apiProtocol'),
      startTime: 'TIMESTAMP',
      endTime: 'TIMESTAMP',
      spanTags: 'map',
      httpStatusCode: 'INT64',
      clientSpan: 'BOOL',
      rewriteClientSpanId: 'BOOL',
      sourceIp: 'IP_ADDRESS',
      destinationIp: 'IP_ADDRESS',
      requestSize: 'INT64',
      requestTotalSize: 'INT64',
      responseSize: 'INT64',
      responseTotalSize: 'INT64',
    },
  },
};
