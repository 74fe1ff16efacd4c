import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { translation } from '../src/legacy/translation/translation';
import { Mesh } from '../src/mesh/mesh';
import { migratedText } from '../src/migration/documents';
import { type Outcome, diff } from '../src/diff';
import { checkMigration } from '../src/migration/check';
import { migrate } from '../src/migration/migration';
import { read } from '../src/source/read';
import { namespace, object, service } from './mesh-of';

/** What a text becomes, and what is said about it. */
function migrated(text: string, context = ''): { text: string; notes: string[] } {
  const files = [read('old.yaml', text), read('context.yaml', context, 'context')];
  const mesh = new Mesh(files, { release: '1.4' });
  const { texts, notes } = migrate([{ mesh, isMigrated: ({ file }) => file.role === 'judged' }]);
  const lines = notes.map(({ place, message, left }) => {
    const { line, column } = place.range.start;
    return `${line}:${column} ${message} (left ${left})`;
  });
  return { text: migratedText(files[0]!, texts), notes: lines };
}

const virtualService = (http: string) =>
  `apiVersion: networking.istio.io/v1alpha3\nkind: VirtualService\nmetadata: {name: a}\nspec:\n  hosts: [a]\n  http:\n${http}`;

test.each([
  ['the first key of an item', '  - websocketUpgrade: true\n    route: [] # r\n', '  - route: [] # r\n'],
  ['the last key of an item', '  - route: []\n    websocketUpgrade: true # w\n', '  - route: []\n'],
  ['in brackets', '  - {route: [], websocketUpgrade: true}\n', '  - {route: []}\n'],
  ['first in brackets', '  - {websocketUpgrade: true, route: []}\n', '  - {route: []}\n'],
  [
    'the share of an abort',
    '  - fault:\n      abort:\n        percent: 5 # few\n        httpStatus: 400\n',
    '  - fault:\n      abort:\n        percentage:\n          value: 5 # few\n        httpStatus: 400\n',
  ],
  [
    'headers of both sides',
    '  - removeResponseHeaders: [b]\n    route: []\n    appendHeaders:\n      a: "1"\n\n    # next\n    timeout: 5s\n',
    "  - route: []\n    headers:\n      request:\n        add:\n          a: '1'\n      response:\n        remove:\n          - b\n\n    # next\n    timeout: 5s\n",
  ],
])('a removed field is replaced in its place: %s', (_, before, after) => {
  const { text, notes } = migrated(virtualService(before));
  expect(text).toBe(virtualService(after).replace('v1alpha3', 'v1'));
  expect(notes).toEqual([]);
});

test('a removed field beside its successor stays and is named', () => {
  const { notes } = migrated(
    virtualService('  - route: [{destination: {host: a}}]\n    headers: {}\n    appendHeaders: {a: "1"}\n'),
  );
  expect(notes).toEqual([expect.stringContaining('9:5 VirtualService default/a: unknown field "appendHeaders"')]);
});

test('JSON stays JSON', () => {
  const json = JSON.stringify({
    apiVersion: 'networking.istio.io/v1alpha3',
    kind: 'VirtualService',
    metadata: { name: 'a' },
    spec: { hosts: ['a'], http: [{ fault: { abort: { percent: 5, httpStatus: 400 } } }] },
  });
  const { text } = migrated(json);
  expect(text).toBe(json.replace('v1alpha3', 'v1').replace('"percent":5', '"percentage":{"value":5}'));
});

test('the items of a List become documents where one of them is of a removed kind', () => {
  const list = `# all
apiVersion: v1
kind: List
items:
- {apiVersion: v1, kind: Namespace, metadata: {name: shop}}
- {apiVersion: authentication.istio.io/v1alpha1, kind: MeshPolicy, metadata: {name: default}, spec: {peers: [{mtls: {}}]}}
- {apiVersion: config.istio.io/v1alpha2, kind: RouteRule, metadata: {name: r, namespace: shop}, spec: {}}
`;
  const { text, notes } = migrated(list);
  expect(read('new.yaml', text).resources.map(({ title }) => title)).toEqual([
    'Namespace shop',
    'PeerAuthentication istio-system/default',
  ]);
  expect(text).toMatch(/^# all\n/);
  expect(notes).toEqual([expect.stringMatching(/^7:\d+ RouteRule shop\/r: .*use VirtualService .*as a comment/)]);
});

test('a Deployment of an API version without a required selector gets one', () => {
  const spec = 'spec:\n  template:\n    metadata: {labels: {app: a}}\n    spec: {containers: [{name: c, image: c}]}';
  const { text, notes } = migrated(object('extensions/v1beta1', 'Deployment', 'a', spec));
  expect(text).toContain('apiVersion: apps/v1');
  expect(text).toContain('spec:\n  selector:\n    matchLabels:\n      app: a\n  template:');
  expect(notes).toEqual([]);
});

const role = object(
  'rbac.istio.io/v1alpha1',
  'ServiceRole',
  'shop/viewer',
  'spec: {rules: [{services: ["*"], methods: [GET]}]}',
);
const binding = object(
  'rbac.istio.io/v1alpha1',
  'ServiceRoleBinding',
  'shop/b',
  'spec: {subjects: [{user: "*"}], roleRef: {kind: ServiceRole, name: viewer}}',
);
const rbac = object('rbac.istio.io/v1alpha1', 'ClusterRbacConfig', 'default', 'spec: {mode: "ON"}');

test.each([
  ['no configuration', role + binding, service('shop/a'), /no ClusterRbacConfig/],
  ['no Service', role + binding + rbac, service('other/a'), /no Service with a selector in namespace "shop"/],
  ['no role', binding + rbac, service('shop/a'), /ServiceRole "viewer" is not in namespace "shop"/],
  [
    'a target that is not there',
    object('authentication.istio.io/v1alpha1', 'Policy', 'shop/p', 'spec: {targets: [{name: cart}]}'),
    '',
    /Service "cart" is not in the input/,
  ],
])('what cannot be translated stays as a comment with its reason: %s', (_, text, context, reason) => {
  const { text: after, notes } = migrated(text, context);
  expect(notes).toEqual(expect.arrayContaining([expect.stringMatching(reason)]));
  expect(after).toMatch(new RegExp(`^# not translated: .*${reason.source}`, 'm'));
});

test('of several variants each has successors of its own', () => {
  const policy = (mode: string) =>
    object('authentication.istio.io/v1alpha1', 'MeshPolicy', 'default', `spec: {peers: [{mtls: {mode: ${mode}}}]}`);
  const files = [read('a.yaml', policy('STRICT')), read('b.yaml', policy('PERMISSIVE'))];
  const parts = files.map((file) => ({
    mesh: new Mesh(files, { release: '1.4', objects: file.resources }),
    isMigrated: () => true,
  }));
  const { texts } = migrate(parts);
  expect(files.map((file) => /mode: (\w+)/.exec(migratedText(file, texts))?.[1])).toEqual(['STRICT', 'PERMISSIVE']);
});

const CALLS = 'fixtures/legacy/calls';

test.each(readdirSync(CALLS))('every difference of a migrated mesh has a known reason: %s', (scenario) => {
  const input = join(CALLS, scenario, 'input');
  const files = readdirSync(input).map((name) => read(name, readFileSync(join(input, name), 'utf8')));
  const mesh = new Mesh(files, { release: '1.4', translate: (old) => translation(old).objects });
  const parts = [{ mesh, isMigrated: () => true }];
  const { asked, differences, faults } = checkMigration(parts, migrate(parts), {});
  expect(asked).toBeGreaterThan(5);
  expect(faults).toEqual([]);
  expect(differences.filter(({ reason }) => reason !== 'defaults of later releases')).toEqual([]);
});

const shop =
  namespace('shop') +
  service('shop/cart') +
  object(
    'apps/v1',
    'Deployment',
    'shop/cart',
    'spec: {template: {metadata: {labels: {app: cart}}, spec: {containers: [{name: c}]}}}',
  );

test('a kind that Istio 1.4 does not know is the reason for a difference', () => {
  const strict = object(
    'security.istio.io/v1beta1',
    'PeerAuthentication',
    'shop/default',
    'spec: {mtls: {mode: STRICT}}',
  );
  const mesh = new Mesh([read('old.yaml', strict + shop)], {
    release: '1.4',
    translate: (old) => translation(old).objects,
  });
  const parts = [{ mesh, isMigrated: () => true }];
  const reasons = checkMigration(parts, migrate(parts), {}).differences.map(({ reason }) => reason);
  expect(reasons).toEqual(['kinds of later releases', 'kinds of later releases']);
});

test('a difference that the migration makes is not explained by defaults', () => {
  const open = object('authentication.istio.io/v1alpha1', 'Policy', 'shop/default', 'spec: {}');
  const files = [read('old.yaml', open + shop)];
  const mesh = new Mesh(files, { release: '1.4', translate: (old) => translation(old).objects });
  const parts = [{ mesh, isMigrated: () => true }];
  const { texts, notes } = migrate(parts);
  const strict = new Map([...texts].map(([document, own]) => [document, own.replace('DISABLE', 'STRICT')]));
  const reasons = checkMigration(parts, { texts: strict, notes }, {}).differences.map(({ reason }) => reason);
  expect(reasons).toContain('unknown');
});

const mixer = (kind: string, name: string, spec: string) =>
  object('config.istio.io/v1alpha2', kind, name, `spec: {${spec}}`);

/** The AuthorizationPolicies that a rule becomes, and what is said instead. */
function refusals(match: string, handler: string, value?: string, home = 'istio-system') {
  const template = value === undefined ? 'checknothing' : 'listentry';
  const { text, notes } = migrated(
    mixer('handler', `${home}/h`, handler) +
      mixer(
        'instance',
        `${home}/i`,
        `compiledTemplate: ${template}${value === undefined ? '' : `, params: {value: '${value}'}`}`,
      ) +
      mixer('rule', `${home}/refuse`, `match: '${match}', actions: [{handler: h, instances: [i]}]`),
  );
  const specs = read('new.yaml', text).resources.map(({ title, value: object }) => [
    title,
    (object as { spec?: unknown }).spec,
  ]);
  return { specs, notes };
}

const DENIER = 'compiledAdapter: denier, params: {status: {code: 7}}';

test.each([
  [
    'labels of the server and a header',
    'destination.labels["app"] == "cart" && (request.headers["x"] | "") == "a"',
    {
      selector: { matchLabels: { app: 'cart' } },
      action: 'DENY',
      rules: [{ when: [{ key: 'request.headers[x]', values: ['a'] }] }],
    },
  ],
  [
    'alternatives and methods',
    'request.method == "PUT" || request.url_path.startsWith("/admin")',
    {
      action: 'DENY',
      rules: [{ to: [{ operation: { methods: ['PUT'] } }] }, { to: [{ operation: { paths: ['/admin*'] } }] }],
    },
  ],
  [
    'negations',
    '(source.namespace == "a" || source.principal == "b") == false',
    { action: 'DENY', rules: [{ from: [{ source: { notNamespaces: ['a'], notPrincipals: ['b'] } }] }] },
  ],
  ['everything', 'true', { action: 'DENY', rules: [{}] }],
])('a rule with a denier becomes a policy that denies: %s', (_, match, spec) => {
  expect(refusals(match, DENIER)).toEqual({ specs: [['AuthorizationPolicy istio-system/refuse', spec]], notes: [] });
});

test.each([
  [
    'source.ip',
    'overrides: [10.0.0.0/8], entryType: IP_ADDRESSES',
    { from: [{ source: { notIpBlocks: ['10.0.0.0/8'] } }] },
  ],
  [
    'source.ip | ip("0.0.0.0")',
    'overrides: [10.0.0.1], entryType: IP_ADDRESSES, blacklist: true',
    { from: [{ source: { ipBlocks: ['10.0.0.1'] } }] },
  ],
  ['request.headers["v"] | ""', 'overrides: [a, b]', { when: [{ key: 'request.headers[v]', notValues: ['a', 'b'] }] }],
])('a list becomes a policy that denies: %s, %s', (value, params, rule) => {
  const { specs, notes } = refusals('', `compiledAdapter: listchecker, params: {${params}}`, value, 'shop');
  expect(notes).toEqual([]);
  expect(specs).toEqual([['AuthorizationPolicy shop/refuse', { action: 'DENY', rules: [rule] }]]);
});

test.each([
  ['labels of the client', 'source.labels["app"] == "web"', /does not know "source.labels"; name the service account/],
  ['a header that may be absent', 'request.headers["x"] != "a"', /ignores the rule where the attribute is absent/],
  ['a fallback that is compared', '(request.headers["x"] | "a") == "a"', /depends on the fallback "a"/],
  ['an operator', 'request.size > 10', /"GT" has no counterpart/],
  ['a workload by name', 'destination.workload.name == "cart"', /select the workloads by labels/],
])('a rule that cannot be said stays as a comment: %s', (_, match, reason) => {
  const { specs, notes } = refusals(match, DENIER);
  expect(specs).toEqual([]);
  expect(notes).toEqual([expect.stringMatching(reason)]);
});

test.each([
  ['kubernetesenv', 'kubernetes', ''],
  ['prometheus', 'metric', ''],
  ['stdio', 'logentry', '- providers:'],
])('telemetry of Mixer that proxies have themselves is not missed: %s', (adapter, template, after) => {
  const { text, notes } = migrated(
    mixer('handler', 'istio-system/h', `compiledAdapter: ${adapter}`) +
      mixer('instance', 'istio-system/requestcount', `compiledTemplate: ${template}`) +
      mixer('rule', 'istio-system/r', 'actions: [{handler: h, instances: [requestcount]}]'),
  );
  expect(notes).toEqual([]);
  expect(text).toContain(after);
});

const CONVERTED = 'fixtures/legacy/convert';

const statuses = (outcomes: readonly Outcome[]): string =>
  outcomes.map(({ answer }) => (answer.kind === 'response' ? answer.status : answer.kind)).join();

/** What `istioctl x authz convert` of Istio 1.4.3 made of the roles. Names, and which rules are in one policy, may differ. */
test.each(readdirSync(CONVERTED))('roles decide as those that istioctl of Istio 1.4.3 converts: %s', (name) => {
  const [context, converted, roles] = ['context', 'converted', 'roles'].map((each) =>
    readFileSync(join(CONVERTED, name, `${each}.yaml`), 'utf8'),
  ) as [string, string, string];
  const { text, notes } = migrated(roles, context);
  expect(notes).toEqual([]);
  const meshWith = (policies: string) => new Mesh([read('context.yaml', context), read('policies.yaml', policies)]);
  const [theirs, ours] = [meshWith(converted), meshWith(text)];
  const { asked, changes, faults } = diff(theirs, ours);
  // Who refuses has another name; whether a request is refused must be the same.
  const answers = ({ before, after }: (typeof changes)[number]) => [before, after].map(statuses);
  expect(changes.map(answers).filter(([was, is]) => was !== is)).toEqual([]);
  expect(faults).toEqual([]);
  expect(asked).toBeGreaterThan(10);
  const opened = diff(meshWith(''), ours).changes.map(answers);
  expect(opened.filter(([was, is]) => was !== is)).not.toEqual([]);
});

const ENTRY = readFileSync('fixtures/migrate/gateway.yaml', 'utf8');

/** What an entry becomes in the Gateway API, with its requests before and after. */
function inGatewayApi(text: string) {
  const mesh = new Mesh([read('entry.yaml', text)]);
  const parts = [{ mesh, isMigrated: () => true }];
  const migration = migrate(parts, 'gateway-api');
  const kinds = read('new.yaml', migratedText(mesh.files[0]!, migration.texts)).resources.map(
    ({ group, kind }) => `${kind} ${group.split('.')[0]}`,
  );
  return {
    kinds: kinds.filter((kind) => /gateway|networking/.test(kind)),
    reasons: migration.notes.map(({ message }) => message),
    check: checkMigration(parts, migration, {}),
  };
}

test('a Gateway and its routes become those of the Gateway API, and no request changes', () => {
  const { kinds, reasons, check } = inGatewayApi(ENTRY);
  expect(reasons).toEqual([]);
  expect(kinds).toEqual(['Gateway gateway', 'HTTPRoute gateway', 'TLSRoute gateway']);
  expect(check.asked).toBeGreaterThan(20);
  expect(check.differences).toEqual([]);
  expect(check.faults).toEqual([]);
});

test.each([
  [
    'a subset',
    'host: pay}, weight: 80',
    'host: pay, subset: v1}, weight: 80',
    /no subsets; create a Service for each version/,
  ],
  ['a fault', 'timeout: 5s', 'fault: {abort: {percentage: {value: 1}, httpStatus: 500}}', /no fault injection/],
  ['a mirror', 'timeout: 5s', 'mirror: {host: cart}', /mirrors are not translated/],
  ['sidecars', 'gateways: [web]', 'gateways: [web, mesh]', /applies to sidecars/],
  ['another order', '{exact: /old}', '{prefix: /}', /an earlier route matches first here/],
  [
    'a certificate in files',
    'mode: PASSTHROUGH',
    'mode: SIMPLE, serverCertificate: /a, privateKey: /b',
    /only servers with HTTPS/,
  ],
  [
    'a namespace',
    'namespace: shop}\nspec: {type: LoadBalancer',
    'namespace: edge}\nspec: {type: LoadBalancer',
    /does not have the Service/,
  ],
])('what the Gateway API cannot say keeps the Gateway and all of its routes: %s', (_, before, after, reason) => {
  const { kinds, reasons, check } = inGatewayApi(ENTRY.replace(before, after));
  expect(reasons).toEqual(expect.arrayContaining([expect.stringMatching(reason)]));
  expect(kinds).toEqual(['Gateway networking', 'VirtualService networking', 'VirtualService networking']);
  expect(check.differences).toEqual([]);
});
