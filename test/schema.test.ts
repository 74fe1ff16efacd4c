import { KUBERNETES_KINDS, TABLE } from '../src/schema/kinds/table';
import { KNOWN_KINDS } from '../src/source/kinds';
import fc from 'fast-check';
import { admit } from '../src/schema/admit';
import { RELEASES, type Release } from '../src/schema/release';
import { formatPath } from '../src/source/path';
import { read } from '../src/source/read';

/** `line:column path: message` of everything that would be said, warnings marked. */
function said(text: string, release: Release = '1.31'): string[] {
  return read('a.yaml', text).resources.flatMap((resource) =>
    admit(resource, release).violations.map(({ path, inside, on, message, severity }) => {
      const { start } = inside
        ? resource.placeWithin(path, inside, on).range
        : on === 'key'
          ? resource.keyRangeOf(path)
          : resource.rangeOf(path);
      return `${start.line}:${start.column} ${formatPath(path)}: ${severity === 'error' ? '' : `${severity}: `}${message}`;
    }),
  );
}

const admitted = (text: string) => admit(read('a.yaml', text).resources[0]!, '1.31').value as Record<string, never>;

/** A document whose spec begins on line 6, indented by two. */
const object = (apiVersion: string, kind: string, spec: string) =>
  `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata:\n  name: a\nspec:\n${spec.replace(/^/gm, '  ')}\n`;
const virtualService = (spec: string) => object('networking.istio.io/v1', 'VirtualService', spec);
const destinationRule = (spec: string) => object('networking.istio.io/v1', 'DestinationRule', spec);
const gateway = (spec: string) => object('gateway.networking.k8s.io/v1', 'Gateway', spec);
const httpRoute = (spec: string) => object('gateway.networking.k8s.io/v1', 'HTTPRoute', spec);

type Case = [title: string, document: string, ...expected: string[]];
const hold = (cases: Case[], release?: Release) =>
  test.each(cases)('%s', (_, document, ...expected) => expect(said(document, release)).toEqual(expected));

describe('sound documents are silent', () => {
  hold([
    ['VirtualService', virtualService('hosts: [reviews]\nhttp:\n- route:\n  - destination: {host: reviews}')],
    ['DestinationRule in an older version', object('networking.istio.io/v1alpha3', 'DestinationRule', 'host: a')],
    [
      'nulls in maps count as absent',
      virtualService('hosts: [reviews]\ngateways:\nhttp:\n- timeout:\n  route: [{destination: {host: a}}]'),
    ],
    [
      'what the cluster writes',
      'apiVersion: v1\nkind: Service\nmetadata: {name: a, uid: x, managedFields: [{manager: kubectl, fieldsV1: {"f:spec": {}}}], creationTimestamp: null}\nspec: {ports: [{port: 80}]}\nstatus: {loadBalancer: {}, other: 1}\n',
    ],
    ['a generated name', 'apiVersion: v1\nkind: Secret\nmetadata: {generateName: a-}\n'],
    ['kinds of other groups', 'apiVersion: example.com/v1\nkind: VirtualServices\nmetadata: {name: A_b}\nspec: 1\n'],
    [
      'kinds of other groups that look like ours',
      'apiVersion: networking.gke.io/v1\nkind: ManagedCertificate\nmetadata: {name: a}\n',
    ],
    [
      'kinds of Kubernetes that are not checked',
      'apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: a}\nspec: 1\n',
    ],
    [
      'empty choices of Kubernetes',
      object('v1', 'Service', 'type: ""\nsessionAffinity: ""\nclusterIP: ""\nports: [{port: 80, protocol: ""}]'),
    ],
    [
      'IstioOperator without a name',
      'apiVersion: install.istio.io/v1alpha1\nkind: IstioOperator\nspec: {profile: minimal, meshConfig: {accessLogFile: /dev/stdout}}\n',
    ],
  ]);
});

describe('unknown fields', () => {
  hold([
    [
      'a near name, which is then not missing',
      virtualService('hosts: [reviews]\nhttp:\n- route:\n  - destination:\n      hosst: reviews'),
      '10:9 spec.http[0].route[0].destination.hosst: unknown field "hosst"; did you mean "host"?',
    ],
    [
      'another spelling',
      virtualService('hosts: [a]\nhttp:\n- match:\n  - query_params: {}'),
      '9:7 spec.http[0].match[0].query_params: unknown field "query_params"; did you mean "queryParams"?',
    ],
    [
      'of a structure around',
      virtualService('hosts: [a]\nhttp:\n- route:\n  - destination:\n      host: a\n      timeout: 5s'),
      '11:9 spec.http[0].route[0].destination.timeout: unknown field "timeout"; it belongs to http[0], two levels up',
    ],
    [
      'of a structure inside',
      virtualService('hosts: [a]\nhttp:\n- route:\n  - host: a\n    destination: {host: a}'),
      '9:7 spec.http[0].route[0].host: unknown field "host"; it belongs under "destination"',
    ],
    [
      'of the spec at the top',
      'apiVersion: networking.istio.io/v1\nkind: DestinationRule\nmetadata: {name: a}\nhost: a\n',
      '4:1 host: unknown field "host"; it belongs under "spec"',
    ],
    [
      'nowhere known',
      destinationRule('host: a\nfoo: 1'),
      '7:3 spec.foo: unknown field "foo"; known fields: "exportTo", "host", "subsets", "trafficPolicy" and "workloadSelector"',
    ],
    [
      'of metadata',
      'apiVersion: v1\nkind: Secret\nmetadata:\n  name: a\n  lables: {}\n',
      '5:3 metadata.lables: unknown field "lables"; did you mean "labels"?',
    ],
    [
      'that Istio has no more',
      object('networking.istio.io/v1alpha3', 'EnvoyFilter', 'workloadLabels: {app: a}'),
      '6:3 spec.workloadLabels: unknown field "workloadLabels"; it was removed: use "workloadSelector" with "labels"',
    ],
    [
      'of the mesh configuration are passed over by istiod',
      'apiVersion: install.istio.io/v1alpha1\nkind: IstioOperator\nspec:\n  meshConfig:\n    foo: 1\n',
      '5:5 spec.meshConfig.foo: warning: unknown field "foo"',
    ],
    [
      'of the experimental channel',
      httpRoute('rules:\n- retry: {attempts: 1}'),
      '7:5 spec.rules[0].retry: warning: "retry" is only in the experimental channel of the Gateway API',
    ],
  ]);
  hold(
    [
      [
        'that newer releases have',
        object(
          'networking.istio.io/v1',
          'Sidecar',
          'outboundTrafficPolicy: {mode: ALLOW_ANY}\ninboundConnectionPool: {tcp: {}}\negress: [{hosts: ["*/*"]}]',
        ),
      ],
      [
        'that came later',
        object('security.istio.io/v1', 'AuthorizationPolicy', 'rules: [{from: [{source: {serviceAccounts: [a]}}]}]'),
        '6:29 spec.rules[0].from[0].source.serviceAccounts: unknown field "serviceAccounts"; it was added after Istio 1.24',
      ],
    ],
    '1.24',
  );
});

describe('types', () => {
  hold([
    [
      'text for a number',
      virtualService('hosts: [a]\nhttp: [{route: [{destination: {host: a, port: {number: "80"}}}]}]'),
      '7:58 spec.http[0].route[0].destination.port.number: expected a whole number, found "80"; write it without quotes',
    ],
    [
      'a number for text',
      object('networking.istio.io/v1', 'ServiceEntry', 'hosts: [1]\nports: [{number: 80, name: http, protocol: HTTP}]'),
      '6:11 spec.hosts[0]: expected text, found 1; put it in quotes',
    ],
    [
      'a word of YAML for text',
      object('networking.istio.io/v1', 'VirtualService', 'hosts: [yes]'),
      '6:11 spec.hosts[0]: expected text, found true; put it in quotes',
    ],
    [
      'text for a truth',
      object(
        'networking.istio.io/v1',
        'Gateway',
        'servers: [{hosts: ["*"], port: {number: 80, name: a, protocol: HTTP}, tls: {httpsRedirect: "yes"}}]',
      ),
      '6:94 spec.servers[0].tls.httpsRedirect: expected true or false, found "yes"; write it without quotes',
    ],
    ['text for a list', virtualService('hosts: reviews'), '6:10 spec.hosts: expected a list, found "reviews"'],
    [
      'a list for a map',
      destinationRule('host: a\ntrafficPolicy: []'),
      '7:3 spec.trafficPolicy: expected a map, found a list',
    ],
    [
      'nothing in a list',
      virtualService('hosts: [a]\nhttp:\n-'),
      '8:4 spec.http[0]: expected a map, found nothing (null)',
    ],
    [
      'a duration without a unit',
      virtualService('hosts: [a]\nhttp: [{timeout: 5, route: [{destination: {host: a}}]}]'),
      '7:20 spec.http[0].timeout: 5 has no unit; a duration such as "5s" is expected',
    ],
    [
      'a number for a name of a list',
      destinationRule('host: a\ntrafficPolicy: {tls: {mode: 1}}'),
      '7:31 spec.trafficPolicy.tls.mode: 1 is not one of "DISABLE", "SIMPLE", "MUTUAL" or "ISTIO_MUTUAL"',
    ],
    [
      'more than 32 bits',
      destinationRule('host: a\ntrafficPolicy: {connectionPool: {tcp: {maxConnections: 3000000000}}}'),
      '7:58 spec.trafficPolicy.connectionPool.tcp.maxConnections: 3000000000 is not a number of 32 bits',
    ],
    [
      'a spec that is none',
      'apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: {name: a}\nspec: x\n',
      '4:7 spec: expected a map, found "x"',
    ],
  ]);
});

describe('values', () => {
  hold([
    [
      'an enumeration',
      destinationRule('host: a\ntrafficPolicy: {tls: {mode: MUTUEL}}'),
      '7:31 spec.trafficPolicy.tls.mode: "MUTUEL" is not one of "DISABLE", "SIMPLE", "MUTUAL" or "ISTIO_MUTUAL"; did you mean "MUTUAL"?',
    ],
    [
      'a missing field',
      destinationRule('host: a\nsubsets:\n- labels: {version: v1}'),
      '8:5 spec.subsets[0].name: "name" is missing',
    ],
    [
      'a range',
      gateway('gatewayClassName: a\nlisteners: [{name: a, port: 70000, protocol: HTTP}]'),
      '7:31 spec.listeners[0].port: 70000 is not between 1 and 65535',
    ],
    [
      'too small',
      object('networking.istio.io/v1beta1', 'ProxyConfig', 'concurrency: -1'),
      '6:16 spec.concurrency: -1 is less than 0',
    ],
    [
      'too many',
      object(
        'networking.istio.io/v1',
        'Gateway',
        'servers:\n- hosts: ["*"]\n  port: {number: 443, name: a, protocol: HTTPS}\n  tls: {mode: SIMPLE, tlsCertificates: [&a {serverCertificate: /a, privateKey: /b}, *a, *a]}',
      ),
      '9:25 spec.servers[0].tls.tlsCertificates: 3 items are too many: at most 2 are allowed',
    ],
    [
      'too long',
      object('security.istio.io/v1', 'PeerAuthentication', `selector: {matchLabels: {app: ${'x'.repeat(64)}}}`),
      '6:33 spec.selector.matchLabels.app: 64 characters are too many: at most 63 are allowed',
    ],
    [
      'empty',
      object('security.istio.io/v1', 'PeerAuthentication', 'selector: {matchLabels: {app: a}}\nportLevelMtls: {}'),
      '7:3 spec.portLevelMtls: the map must not be empty',
    ],
    [
      'base64',
      virtualService('hosts: [a]\nhttp: [{directResponse: {status: 200, body: {bytes: "!!"}}}]'),
      '7:55 spec.http[0].directResponse.body.bytes: "!!" is not base64',
    ],
    [
      'two members of a oneof, one finding at the later',
      virtualService(
        'hosts: [a]\nhttp:\n- match:\n  - uri:\n      prefix: /a\n      exact: /b\n  route: [{destination: {host: a}}]',
      ),
      '11:9 spec.http[0].match[0].uri.exact: "exact" cannot be combined with "prefix": at most one of "exact", "prefix" or "regex" may be set',
    ],
    [
      'a list with the same key twice',
      object(
        'networking.istio.io/v1',
        'ServiceEntry',
        'hosts: [a]\nresolution: DNS\nports: [{number: 80, name: a}, {number: 81, name: a}]',
      ),
      '8:53 spec.ports[1].name: an earlier item of this list has the same name "a"',
    ],
    [
      'an address that is none',
      gateway(
        'gatewayClassName: a\naddresses: [{value: x.example.com}]\nlisteners: [{name: a, port: 80, protocol: HTTP}]',
      ),
      '7:23 spec.addresses[0].value: "x.example.com" is not an IP address',
    ],
  ]);
});

describe('kinds', () => {
  const kind = (apiVersion: string, name: string) => `apiVersion: ${apiVersion}\nkind: ${name}\nmetadata: {name: a}\n`;
  hold([
    [
      'misspelt',
      kind('networking.istio.io/v1', 'VirtualServices'),
      '2:7 kind: networking.istio.io has no kind "VirtualServices"; did you mean "VirtualService"?',
    ],
    [
      'in another group',
      kind('networking.istio.io/v1', 'AuthorizationPolicy'),
      '1:13 apiVersion: networking.istio.io has no AuthorizationPolicy; AuthorizationPolicy is of "security.istio.io/v1"',
    ],
    [
      'in no version',
      kind('security.istio.io/v1beta2', 'PeerAuthentication'),
      '1:13 apiVersion: Istio 1.31 serves PeerAuthentication as "security.istio.io/v1" or "security.istio.io/v1beta1", not as "security.istio.io/v1beta2"',
    ],
    [
      'gone',
      kind('authentication.istio.io/v1alpha1', 'MeshPolicy'),
      '2:7 kind: MeshPolicy was removed in Istio 1.6; use a PeerAuthentication in the root namespace',
    ],
    [
      'of Kubernetes misspelt',
      kind('v1', 'Servcie'),
      '2:7 kind: Kubernetes has no kind "Servcie" in "v1"; did you mean "Service"?',
    ],
    [
      'of Kubernetes in an old group',
      kind('extensions/v1beta1', 'Ingress'),
      '1:13 apiVersion: Ingress in "extensions/v1beta1" was removed in Kubernetes 1.22; use "networking.k8s.io/v1"',
    ],
    [
      'of Kubernetes in an old version',
      kind('apps/v1beta2', 'Deployment'),
      '1:13 apiVersion: Deployment in "apps/v1beta2" was removed in Kubernetes 1.16; use "apps/v1"',
    ],
    [
      'of a misspelt group',
      kind('networking.istio.oi/v1', 'Gateway'),
      '1:13 apiVersion: unknown API group "networking.istio.oi"; did you mean "networking.istio.io"?',
    ],
    [
      'without a version',
      'kind: VirtualService\nmetadata: {name: a}\n',
      '1:1 apiVersion: "apiVersion" is missing; VirtualService is of "networking.istio.io/v1"',
    ],
    ['missing', 'apiVersion: networking.istio.io/v1\nmetadata: {name: a}\n', '1:1 kind: "kind" is missing'],
  ]);
  hold(
    [
      [
        'that came later',
        kind('telemetry.istio.io/v1', 'Telemetry'),
        '2:7 kind: Istio 1.4 does not know Telemetry: it came with Istio 1.10',
      ],
      [
        'of the Gateway API',
        kind('gateway.networking.k8s.io/v1', 'HTTPRoute'),
        '2:7 kind: Istio 1.4 does not know the Gateway API, which came later',
      ],
      [
        'in a version that came later',
        kind('networking.istio.io/v1', 'Sidecar'),
        '1:13 apiVersion: Istio 1.4 serves Sidecar as "networking.istio.io/v1alpha3", not as "networking.istio.io/v1", which came with Istio 1.22',
      ],
      [
        'of Mixer',
        object('config.istio.io/v1alpha2', 'rule', 'match: "true"\nactions: [{handler: a, instances: [b]}]'),
      ],
      [
        'with what newer releases have no more',
        object(
          'networking.istio.io/v1alpha3',
          'VirtualService',
          'hosts: [a]\nhttp: [{websocketUpgrade: true, route: [{destination: {host: a}}]}]',
        ),
      ],
      [
        'with snake case, which proto JSON accepts',
        object(
          'authentication.istio.io/v1alpha1',
          'Policy',
          '{targets: [{name: a}], origins: [{jwt: {issuer: a, jwks_uri: 5}}]}',
        ),
        '6:64 spec.origins[0].jwt.jwks_uri: expected text, found 5; put it in quotes',
      ],
    ],
    '1.4',
  );
});

describe('metadata', () => {
  const named = (metadata: string, kind = 'Secret') => `apiVersion: v1\nkind: ${kind}\nmetadata: ${metadata}\n`;
  hold([
    [
      'a name with other characters',
      named('{name: Foo_Bar}'),
      '3:18 metadata.name: "Foo_Bar" is not a valid name: lower-case letters, digits, "-" and "." are allowed, with a letter or digit at both ends of each part; did you mean "foo-bar"?',
    ],
    ['no name', named('{}'), '3:1 metadata.name: "name" is missing'],
    ['no metadata', 'apiVersion: v1\nkind: Secret\n', '1:1 metadata.name: "name" is missing'],
    ['metadata that are none', named('[]'), '3:1 metadata: expected a map, found a list'],
    [
      'a misspelt name is not missing',
      named('{nme: a}'),
      '3:12 metadata.nme: unknown field "nme"; did you mean "name"?',
    ],
    [
      'a namespace with dots',
      named('{name: a, namespace: a.b}'),
      '3:32 metadata.namespace: "a.b" is not a valid name: lower-case letters, digits and "-" are allowed, with a letter or digit at both ends',
    ],
    [
      'the name of a namespace',
      named('{name: a.b}', 'Namespace'),
      '3:18 metadata.name: "a.b" is not a valid name: lower-case letters, digits and "-" are allowed, with a letter or digit at both ends',
    ],
    [
      'a label that is a number',
      named('{name: a, labels: {version: 1}}'),
      '3:39 metadata.labels.version: expected text, found 1; put it in quotes',
    ],
    [
      'the value of a label',
      named('{name: a, labels: {app: "a b"}}'),
      '3:35 metadata.labels.app: "a b" is not made of letters, digits, "-", "_" and "." with a letter or digit at both ends',
    ],
    [
      'the key of a label',
      named('{name: a, labels: {"a/b/c": d}}'),
      '3:30 metadata.labels["a/b/c"]: "a/b/c" has more than one "/"',
    ],
    [
      'the prefix of an annotation',
      named('{name: a, annotations: {"A_b/c": d, "X.io/y": z}}'),
      '3:35 metadata.annotations["A_b/c"]: "A_b/c" has the prefix "a_b", which is not a DNS name',
    ],
    [
      'annotations that are too large',
      named(`{name: a, annotations: {a: ${'x'.repeat(262144)}}}`),
      '3:21 metadata.annotations: the annotations have 262145 characters; at most 262144 are allowed',
    ],
  ]);
});

describe('what is admitted', () => {
  test('has the defaults of its kind', () => {
    const { spec } = admitted(
      httpRoute('parentRefs: [{name: gw}]\nrules: [{backendRefs: [{name: a, port: 80}]}]'),
    ) as never as { spec: unknown };
    expect(spec).toEqual({
      parentRefs: [{ group: 'gateway.networking.k8s.io', kind: 'Gateway', name: 'gw' }],
      rules: [
        {
          matches: [{ path: { type: 'PathPrefix', value: '/' } }],
          backendRefs: [{ group: '', kind: 'Service', name: 'a', port: 80, weight: 1 }],
        },
      ],
    });
  });

  test('has nothing of a wrong type, nothing unknown, and no nulls but in the place of items', () => {
    const value = admitted(
      virtualService('hosts: [a, 1]\nfoo: 1\ngateways: x\nexportTo:\nhttp: [{timeout: 5s, retries: 3}, null]'),
    );
    expect(value['spec']).toEqual({ hosts: ['a', null], http: [{ timeout: '5s' }, null] });
  });

  test('has no choices that are none', () => {
    expect(admitted(object('v1', 'Service', 'type: ""\nsessionAffinity: Sticky\nports: [{port: 80}]'))['spec']).toEqual(
      {
        ports: [{ port: 80, protocol: 'TCP' }],
      },
    );
  });

  test('leaves the document as it was read', () => {
    const [resource] = read('a.yaml', httpRoute('rules: [{name: 5}]')).resources;
    admit(resource!, '1.31');
    expect(resource!.at(['spec']).value).toEqual({ rules: [{ name: 5 }] });
  });

  test('is worked out once for each release', () => {
    const [resource] = read('a.yaml', virtualService('hosts: [a]')).resources;
    expect(admit(resource!, '1.31')).toBe(admit(resource!, '1.31'));
    expect(admit(resource!, '1.24')).not.toBe(admit(resource!, '1.31'));
  });

  test('has the proper names of fields that proto JSON takes in snake case', () => {
    const text =
      'apiVersion: install.istio.io/v1alpha1\nkind: IstioOperator\nspec: {meshConfig: {access_log_file: a}}\n';
    expect(admitted(text)['spec']).toEqual({ meshConfig: { accessLogFile: 'a' } });
  });
});

describe('the mesh configuration in a ConfigMap', () => {
  const configMap = (mesh: string) =>
    `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: istio, namespace: istio-system}\ndata:\n  mesh: |\n    ${mesh}\n`;
  hold([
    [
      'a wrong type',
      configMap('enableTracing: 5'),
      '6:20 data.mesh: in enableTracing of the MeshConfig: expected true or false, found 5',
    ],
    [
      'an unknown field',
      configMap('enableTracin: true'),
      '6:5 data.mesh: warning: in enableTracin of the MeshConfig: unknown field "enableTracin"; did you mean "enableTracing"?',
    ],
    [
      'no YAML',
      configMap('a: ['),
      expect.stringMatching(/^5:9 data.mesh: the MeshConfig is not valid YAML: /) as string,
    ],
    ['of somebody else', configMap('a: [').replace('istio,', 'mesh,')],
  ]);
});

describe('whatever a document holds', () => {
  const NAMES = [
    'constructor',
    '__proto__',
    'toString',
    'spec',
    'metadata',
    'data',
    'http',
    'hosts',
    'ports',
    'rules',
    'template',
    'status',
  ];
  const names = fc.constantFrom(...NAMES);
  const scalars = fc.oneof(fc.string(), fc.integer(), fc.double(), fc.boolean(), fc.constant(null), names);
  const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 5 },
      scalars,
      fc.array(tie('tree'), { maxLength: 3 }),
      fc.dictionary(names, tie('tree'), { maxKeys: 4 }),
    ),
  }));
  const kinds = [
    ...[...TABLE]
      .filter(({ group }) => group !== 'mesh')
      .map(({ group, versions: [version], kind }) => [group ? `${group}/${version}` : version, kind] as const),
    ['v1', 'constructor'],
    ['apps/constructor', 'toString'],
    ['constructor/v1', 'Pod'],
    ['networking.istio.io/v1', '__proto__'],
  ] as const;

  test('there is an answer', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...kinds),
        fc.constantFrom(...RELEASES),
        fc.dictionary(names, tree),
        ([apiVersion, kind], release, fields) => {
          const text = JSON.stringify({ ...fields, apiVersion, kind });
          for (const resource of read('a.json', text).resources) {
            const { violations } = admit(resource, release);
            for (const { path, on } of violations)
              expect((on === 'key' ? resource.keyRangeOf(path) : resource.rangeOf(path)).start.line).toBe(1);
          }
        },
      ),
      { numRuns: 600 },
    );
  });
});

test('reading a file knows the names of all kinds that have a schema or a history', () => {
  const kinds = TABLE.flatMap(({ group, kind }) => (group === 'mesh' ? [] : [kind as string]));
  const all = [...kinds, ...Object.values(KUBERNETES_KINDS).flatMap(Object.keys)];
  expect(all.filter((kind) => !KNOWN_KINDS.has(kind))).toEqual([]);
});
