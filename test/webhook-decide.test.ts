/** What `meshlint webhook` decides, without a server and without a cluster. */
import { checksOf } from '../src/cli/webhook/checks';
import { ClusterState } from '../src/cli/webhook/cluster-state';
import type { AdmissionPolicy } from '../src/cli/webhook/decide';
import { followedKinds } from '../src/cli/webhook/followed-kinds';
import { answer } from '../src/cli/webhook/handler';
import { Log } from '../src/cli/webhook/log';
import { Metrics } from '../src/cli/webhook/metrics';
import type { RuleLevel } from '../src/cli/lint/rule-level';
import type { KubernetesObject } from '../src/source/resource';
import { destinationRule, faultyRoute, namespace, pod, review, route, service } from './webhook-objects';

const POLICY: AdmissionPolicy = { failOn: 'error', missing: 'warn', deletion: 'warn' };
const kinds = followedKinds({ istioNamespace: 'istio-system' });

function cluster(...objects: KubernetesObject[]): ClusterState {
  const state = new ClusterState(kinds);
  for (const kind of kinds) state.setState(kind, 'synced');
  for (const each of objects) state.put(each);
  return state;
}

interface Response {
  uid: string;
  allowed: boolean;
  status?: { code: number; message: string };
  warnings?: string[];
}

const lines: string[] = [];

function handlingOf(state: ClusterState, policy: Partial<AdmissionPolicy> = {}, rule: RuleLevel[] = []) {
  const metrics = new Metrics([]);
  const log = new Log('debug', (line) => lines.push(line));
  return { state, checks: checksOf({ config: false, rule }), policy: { ...POLICY, ...policy }, kinds, metrics, log };
}

function ask(state: ClusterState, asked: object, policy: Partial<AdmissionPolicy> = {}, rule: RuleLevel[] = []) {
  const { status, body } = answer(JSON.stringify(asked), handlingOf(state, policy, rule));
  expect(status).toBe(200);
  return (body as { response: Response }).response;
}

const SHOP = [namespace('shop'), service('cart'), pod('cart', 'v1'), destinationRule('cart', ['v1'])];
const V1 = { host: 'cart', subset: 'v1' };

beforeEach(() => {
  lines.length = 0;
});

test('what is right is allowed without a word', () => {
  expect(ask(cluster(...SHOP), review('CREATE', route('cart', V1)))).toEqual({ uid: 'uid-1', allowed: true });
});

test('an error refuses, with its rule, object and field', () => {
  const { allowed, status } = ask(cluster(...SHOP), review('CREATE', faultyRoute('cart')));
  expect(allowed).toBe(false);
  expect(status!.code).toBe(422);
  expect(status!.message).toMatch(
    /^[a-z-]+: VirtualService shop\/cart: .* \(spec\.http\[0\]\.match\[0\]\.uri\.regex\)$/,
  );
});

test('a warning is shown, and refuses with --fail-on warning', () => {
  const asked = review('CREATE', route('cart', V1, { fault: { abort: { httpStatus: 503 } } }));
  const warned = ask(cluster(...SHOP), asked);
  expect(warned.allowed).toBe(true);
  expect(warned.warnings).toEqual([expect.stringMatching(/^ineffective-fault: VirtualService shop\/cart: /)]);
  expect(ask(cluster(...SHOP), asked, { failOn: 'warning' }).allowed).toBe(false);
  const rule = [{ name: 'ineffective-fault', level: 'off' as const }];
  expect(ask(cluster(...SHOP), asked, {}, rule)).toEqual({ uid: 'uid-1', allowed: true });
});

test('--fail-on never refuses nothing', () => {
  const { allowed, warnings } = ask(cluster(...SHOP), review('CREATE', faultyRoute('cart')), { failOn: 'never' });
  expect(allowed).toBe(true);
  expect(warnings!.length).toBeGreaterThan(0);
});

describe('only what a change brings', () => {
  test('a fault that was there before does not block an unrelated edit', () => {
    const old = faultyRoute('cart');
    const edited = { ...old, metadata: { ...old.metadata, labels: { team: 'a' } } };
    expect(ask(cluster(...SHOP, old), review('UPDATE', edited))).toEqual({ uid: 'uid-1', allowed: true });
  });

  test('a second fault of the same object refuses', () => {
    const old = faultyRoute('cart') as KubernetesObject & { spec: { http: object[] } };
    const second = { match: [{ uri: { regex: '(' } }], route: [{ destination: { host: 'cart' } }] };
    const edited = { ...old, spec: { ...old.spec, http: [...old.spec.http, second] } };
    expect(ask(cluster(...SHOP, old), review('UPDATE', edited)).allowed).toBe(false);
  });

  test('a fault elsewhere in the cluster is not the concern of a new object', () => {
    const state = cluster(...SHOP, faultyRoute('cart'), service('other'), pod('other', 'v1'));
    expect(ask(state, review('CREATE', route('other', { host: 'other' })))).toEqual({ uid: 'uid-1', allowed: true });
  });

  test('a fault that a change brings about in another object counts', () => {
    const state = cluster(...SHOP, route('cart', V1));
    const { allowed, warnings } = ask(state, review('UPDATE', destinationRule('cart', [])));
    expect(allowed).toBe(true);
    expect(warnings).toEqual([expect.stringContaining('unknown-subset: VirtualService shop/cart')]);
  });
});

describe('the order of a batch', () => {
  const [first, ...rest] = SHOP;

  test('a route before its DestinationRule and its Service is warned of only', () => {
    const { allowed, warnings } = ask(cluster(first!), review('CREATE', route('cart', V1)));
    expect(allowed).toBe(true);
    expect(warnings!.join()).toContain('unknown-host');
  });

  test('applied in any order, the end has no finding', () => {
    const all = [...rest, route('cart', V1)];
    for (const order of [all, [...all].reverse()]) {
      const state = cluster(first!);
      for (const each of order) {
        expect(ask(state, review('CREATE', each)).allowed).toBe(true);
        state.put(each);
      }
      expect(ask(state, review('UPDATE', route('cart', V1)))).toEqual({ uid: 'uid-1', allowed: true });
    }
  });

  test('--missing refuse refuses it, --missing ignore is silent', () => {
    const asked = review('CREATE', route('cart', { host: 'kart' }));
    expect(ask(cluster(...SHOP), asked, { missing: 'refuse' }).allowed).toBe(false);
    expect(ask(cluster(...SHOP), asked, { missing: 'ignore' })).toEqual({ uid: 'uid-1', allowed: true });
  });
});

describe('deleting what others need', () => {
  const state = () => cluster(...SHOP, route('cart', V1));

  test.each([
    ['warn', { allowed: true, warned: true }],
    ['refuse', { allowed: false, warned: false }],
    ['ignore', { allowed: true, warned: false }],
  ] as const)('--deletion %s', (deletion, expected) => {
    const { allowed, warnings } = ask(state(), review('DELETE', destinationRule('cart', ['v1'])), { deletion });
    expect({ allowed, warned: warnings !== undefined }).toEqual(expected);
  });

  test('what nobody needs is deleted without a word', () => {
    const asked = review('DELETE', route('cart', V1));
    expect(ask(state(), asked, { deletion: 'refuse' })).toEqual({ uid: 'uid-1', allowed: true });
  });
});

describe('what is not checked', () => {
  test.each([
    ['a kind that a mesh does not read', { ...namespace('x'), apiVersion: 'example.com/v1', kind: 'Thing' }, {}],
    ['a status', faultyRoute('cart'), { subResource: 'status' }],
    ['an object that is being deleted', deleting(faultyRoute('cart')), {}],
    ['a Secret', { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'x', namespace: 'shop' } }, {}],
  ])('%s', (_, object, more) => {
    expect(ask(cluster(...SHOP), review('UPDATE', object, more))).toEqual({ uid: 'uid-1', allowed: true });
  });

  test('a kind that cannot be listed: references to it are neither wrong nor right', () => {
    const state = cluster(namespace('shop'));
    for (const kind of kinds.filter(({ kind }) => kind === 'Service')) state.setState(kind, 'forbidden');
    expect(ask(state, review('CREATE', route('cart', { host: 'cart' })))).toEqual({ uid: 'uid-1', allowed: true });
  });
});

test('an object without a name yet, in the namespace of the request', () => {
  const { metadata, ...rest } = faultyRoute('cart');
  const unnamed = { ...rest, metadata: { generateName: 'cart-', labels: metadata.labels ?? {} } };
  const more = { name: '', namespace: 'shop' };
  expect(ask(cluster(...SHOP), review('CREATE', unnamed, more)).status!.message).toContain(
    'VirtualService shop/cart-new',
  );
});

test('neither an answer nor the log shows what is secret', () => {
  const spec = { hosts: ['x'], http: [{ headers: { request: { set: { 'x-api': 'https://u:hunter2@h/' } } } }] };
  const secret = { ...route('cart', V1), spec } as KubernetesObject;
  const response = ask(cluster(...SHOP), review('CREATE', secret));
  expect(JSON.stringify(response) + lines.join('')).not.toContain('hunter2');
});

test('a decision is logged as one JSON object', () => {
  ask(cluster(...SHOP), review('CREATE', faultyRoute('cart'), { dryRun: true }));
  expect(JSON.parse(lines[0]!)).toMatchObject({
    level: 'info',
    message: 'decision',
    outcome: 'refused',
    operation: 'CREATE',
    kind: 'VirtualService',
    namespace: 'shop',
    name: 'cart',
    dryRun: true,
  });
});

test('before the cluster has been read, no decision is made', () => {
  const { status, body } = answer(
    JSON.stringify(review('CREATE', faultyRoute('cart'))),
    handlingOf(new ClusterState(kinds)),
  );
  expect({ status, body }).toEqual({ status: 503, body: { error: 'the cluster has not been read completely yet' } });
});

test.each([
  ['[', /^the body is not valid JSON: /],
  ['[]', /^the body is not an object$/],
  [
    '{"kind":"Pod","apiVersion":"v1"}',
    /^expected kind "AdmissionReview" of admission.k8s.io\/v1, found "Pod" of "v1"$/,
  ],
  ['{"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1beta1"}', /found "AdmissionReview" of ".*v1beta1"$/],
  ['{"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1"}', /^"request" is not an object$/],
  [JSON.stringify(review('CREATE', route('x', V1), { uid: 5 })), /^"request.uid" is missing$/],
  [JSON.stringify(review('CREATE', route('x', V1), { object: 5 })), /^"request.object" is not an object$/],
  [JSON.stringify(review('CREATE', route('x', V1), { object: {} })), /^"request.object.apiVersion" is missing$/],
])('a body that is not a review: %s', (body, message) => {
  const { status, body: said } = answer(body, handlingOf(cluster()));
  expect(status).toBe(400);
  expect((said as { error: string }).error).toMatch(message);
});

test('deep nesting ends in an answer', () => {
  const depth = 20_000;
  const body = JSON.stringify(review('CREATE', route('cart', V1))).replace(
    '"hosts"',
    `"deep":${'['.repeat(depth)}${']'.repeat(depth)},"hosts"`,
  );
  const { status } = answer(body, handlingOf(cluster(...SHOP)));
  expect([200, 500]).toContain(status);
});

test('many warnings are shortened to what the API server shows', () => {
  const destinations = Array.from({ length: 40 }, (_, index) => ({
    destination: { host: 'cart', subset: `w${index}` },
    weight: 1,
  }));
  const asked = review('CREATE', route('cart', V1, { route: destinations }));
  const { warnings } = ask(cluster(...SHOP), asked);
  expect(warnings).toHaveLength(16);
  expect(warnings!.at(-1)).toBe('and 25 more');
});

test('metrics count outcomes and latency', () => {
  const handling = handlingOf(cluster(...SHOP));
  for (const each of [route('cart', V1), faultyRoute('cart')]) answer(JSON.stringify(review('CREATE', each)), handling);
  answer('[', handling);
  const { text } = handling.metrics;
  for (const [outcome, count] of [
    ['allowed', 1],
    ['refused', 1],
    ['bad-request', 1],
  ] as const)
    expect(text).toContain(`meshlint_admission_requests_total{outcome="${outcome}"} ${count}\n`);
  expect(text).toMatch(/meshlint_admission_seconds_bucket\{le="\+Inf"\} 3\n/);
});

function deleting(object: KubernetesObject): KubernetesObject {
  return { ...object, metadata: { ...object.metadata, ...{ deletionTimestamp: '2026-01-01T00:00:00Z' } } };
}
