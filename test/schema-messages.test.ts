import { mergeMessage } from '../src/schema/messages/merge';
import { readMessage } from '../src/schema/messages/read';

const CLUSTER = 'envoy.config.cluster.v3.Cluster';
const ROUTE = 'envoy.config.route.v3.Route';
const FILTER = 'envoy.config.listener.v3.Filter';
const echo = 'type.googleapis.com/envoy.extensions.filters.network.echo.v3.Echo';
const wrappedText = 'type.googleapis.com/google.protobuf.StringValue';

describe('a message has one form, however it is written', () => {
  test.each<[title: string, type: string, written: object, read: object]>([
    ['snake case', CLUSTER, { connect_timeout: '1.5s' }, { connectTimeout: '1.500s' }],
    ['Go durations', CLUSTER, { connectTimeout: '1m30s' }, { connectTimeout: '90s' }],
    ['unknown fields', CLUSTER, { name: 'a', invented: 1 }, { name: 'a' }],
    ['nulls', CLUSTER, { name: null, altStatName: 'b' }, { altStatName: 'b' }],
    ['zeros', CLUSTER, { name: '', respectDnsTtl: false, lbPolicy: 'ROUND_ROBIN', healthChecks: [] }, {}],
    [
      'zeros that were set',
      CLUSTER,
      { type: 'STATIC', maxRequestsPerConnection: 0 },
      { type: 'STATIC', maxRequestsPerConnection: 0 },
    ],
    ['numbers of enumerations', CLUSTER, { lbPolicy: 5 }, { lbPolicy: 'MAGLEV' }],
    [
      'long numbers',
      CLUSTER,
      { ringHashLbConfig: { minimumRingSize: 8 } },
      { ringHashLbConfig: { minimumRingSize: '8' } },
    ],
    ['quoted numbers', CLUSTER, { perConnectionBufferLimitBytes: '8' }, { perConnectionBufferLimitBytes: 8 }],
    ['the last of a oneof', ROUTE, { route: { cluster: 'a' }, redirect: {} }, { redirect: {} }],
    ['types in a message', FILTER, { typed_config: { '@type': echo, x: 1 } }, { typedConfig: { '@type': echo } }],
    [
      'values in a message',
      FILTER,
      { typed_config: { '@type': wrappedText, value: 'a' } },
      { typedConfig: { '@type': wrappedText, value: 'a' } },
    ],
    [
      'structs',
      CLUSTER,
      { metadata: { filter_metadata: { a: { b_c: [1, null] } } } },
      { metadata: { filterMetadata: { a: { b_c: [1, null] } } } },
    ],
  ])('%s', (_, type, written, read) => expect(readMessage(type, written)).toEqual(read));
});

describe('what cannot be read says where and why', () => {
  test.each<[written: object, where: string]>([
    [{ connectTimeout: 5 }, 'connectTimeout must be a duration such as "10s"'],
    [{ lbPolicy: 'FAIR' }, 'lbPolicy "FAIR" is not one of its values'],
    [{ healthChecks: {} }, 'healthChecks must be a list'],
    [{ maxRequestsPerConnection: -1 }, 'maxRequestsPerConnection must be a whole number'],
    [{ circuitBreakers: { thresholds: [1] } }, 'circuitBreakers.thresholds[0] must be an object'],
    [{ filters: [{ typedConfig: {} }] }, 'filters[0].typedConfig needs an "@type"'],
    [
      { filters: [{ typedConfig: { '@type': 'a/b.C' } }] },
      'filters[0].typedConfig.@type "a/b.C" is not a type that Istio knows',
    ],
  ])('%j', (written, where) => expect(() => readMessage(CLUSTER, written)).toThrow(where));
});

describe('two messages become one', () => {
  test.each<[title: string, type: string, target: object, patch: object, merged: object]>([
    [
      'messages within',
      CLUSTER,
      { circuitBreakers: { thresholds: [{}] } },
      { circuitBreakers: { thresholds: [{ trackRemaining: true }] } },
      { circuitBreakers: { thresholds: [{}, { trackRemaining: true }] } },
    ],
    ['durations', CLUSTER, { connectTimeout: '1s' }, { connectTimeout: '2s' }, { connectTimeout: '2s' }],
    [
      'wrapped zeros change nothing',
      CLUSTER,
      { maxRequestsPerConnection: 5 },
      { maxRequestsPerConnection: 0 },
      { maxRequestsPerConnection: 5 },
    ],
    ['a oneof', ROUTE, { redirect: {} }, { route: { cluster: 'a' } }, { route: { cluster: 'a' } }],
    [
      'maps',
      CLUSTER,
      { metadata: { filterMetadata: { a: { x: 1 }, b: {} } } },
      { metadata: { filterMetadata: { a: { y: 1 } } } },
      { metadata: { filterMetadata: { a: { y: 1 }, b: {} } } },
    ],
  ])('%s', (_, type, target, patch, merged) => expect(mergeMessage(type, target, patch)).toEqual(merged));

  test('lists in place of lists', () => {
    const [target, patch] = [{ healthChecks: [{ timeout: '1s' }] }, { healthChecks: [{ timeout: '2s' }] }];
    expect(mergeMessage(CLUSTER, target, patch, 'replace')).toEqual(patch);
  });
});
