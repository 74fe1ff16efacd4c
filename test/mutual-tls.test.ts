import { lint, rules, simulate } from '../src';
import { configMap, deployment, meshOf, namespace, networking, security, service } from './mesh-of';

// For the whole product of what servers take and what clients use, lint reports an error exactly where simulate has no connection.

const SERVERS = namespace('shop') + deployment('shop/web') + deployment('shop/cart');

const MODES = ['STRICT', 'PERMISSIVE', 'DISABLE'] as const;

/** A PeerAuthentication of a mode at each level; the one above it says another mode where that matters. */
const DEMANDS: Record<string, (mode: string) => string> = {
  mesh: (mode) => security('PeerAuthentication', 'istio-system/default', `mtls: {mode: ${mode}}`),
  namespace: (mode) => security('PeerAuthentication', 'shop/default', `mtls: {mode: ${mode}}`),
  workload: (mode) =>
    security('PeerAuthentication', 'shop/cart', `selector: {matchLabels: {app: cart}}, mtls: {mode: ${mode}}`),
  port: (mode) =>
    security(
      'PeerAuthentication',
      'shop/cart',
      `selector: {matchLabels: {app: cart}}, portLevelMtls: {80: {mode: ${mode}}}`,
    ),
};

const TLS = ['DISABLE', 'SIMPLE', 'ISTIO_MUTUAL'] as const;

const policyOf = (tls: string): string => `trafficPolicy: {tls: {mode: ${tls}}}`;
const routeTo = (protocol: string): string =>
  networking(
    'VirtualService',
    'shop/cart',
    `hosts: [cart], ${protocol}: [{route: [{destination: {host: cart, subset: all}}]}]`,
  );

/** A DestinationRule of a mode with each scope. */
const RULES: Record<string, (tls: string, protocol: string) => string> = {
  mesh: (tls) => networking('DestinationRule', 'istio-system/all', `host: "*.local", ${policyOf(tls)}`),
  namespace: (tls) => networking('DestinationRule', 'shop/all', `host: "*.shop.svc.cluster.local", ${policyOf(tls)}`),
  host: (tls) => networking('DestinationRule', 'shop/cart', `host: cart, ${policyOf(tls)}`),
  port: (tls) =>
    networking(
      'DestinationRule',
      'shop/cart',
      `host: cart, trafficPolicy: {portLevelSettings: [{port: {number: 80}, tls: {mode: ${tls}}}]}`,
    ),
  subset: (tls, protocol) =>
    networking(
      'DestinationRule',
      'shop/cart',
      `host: cart, subsets: [{name: all, labels: {app: cart}, ${policyOf(tls)}}]`,
    ) + routeTo(protocol),
};

const AUTOMATIC = { on: '', off: configMap('enableAutoMtls: false') };

interface Case {
  readonly title: string;
  readonly text: string;
  readonly url: string;
}

const product = <One, Other>(ones: readonly One[], others: readonly Other[]): (readonly [One, Other])[] =>
  ones.flatMap((one) => others.map((other) => [one, other] as const));

const CASES: Case[] = product(['http', 'tcp'], Object.entries(AUTOMATIC)).flatMap(([protocol, [automatic, config]]) => {
  const port = service('shop/cart', `ports: [{name: ${protocol}, port: 80}]`);
  const demands = product(Object.keys(DEMANDS), MODES).map(([level, mode]) => ({
    title: `${mode} of the ${level}`,
    text: DEMANDS[level]!(mode),
  }));
  const uses = product(Object.keys(RULES), TLS).map(([scope, tls]) => ({
    title: `${tls} for the ${scope}`,
    text: RULES[scope]!(tls, protocol),
  }));
  const all = [{ title: 'no rule', text: '' }, ...uses];
  return product(demands, all).map(([demand, use]) => ({
    title: `${protocol}, automatic mutual TLS ${automatic}: ${demand.title}, ${use.title}`,
    text: config + SERVERS + port + demand.text + use.text,
    url: `${protocol}://cart.shop/`,
  }));
});

const SUBJECTS = ['double-tls', 'dropped-mtls', 'mtls-to-plaintext-server', 'plaintext-to-strict-server'];
const SUBJECT_RULES = rules.filter(({ name }) => [...SUBJECTS, 'strict-without-client-mtls'].includes(name));

/** Whether the connection fails by its transport. */
const fails = ({ text, url }: Case): boolean =>
  simulate(meshOf(text), { from: 'web.shop', url: url.replace(/\/$/, ':80/') }).ways.some(
    ({ end }) => end.kind !== 'arrived',
  );

const isReported = ({ text }: Case): boolean =>
  lint(meshOf(text), SUBJECT_RULES, { today: '2026-01-01' }).findings.some(({ severity }) => severity === 'error');

let failing = 0;

test('lint reports an error exactly where the connection fails', () => {
  const differing = CASES.flatMap((each) => {
    const [fault, finding] = [fails(each), isReported(each)];
    if (fault) failing += 1;
    return fault === finding ? [] : [`${each.title}: ${fault ? 'fails, not reported' : 'reported, succeeds'}`];
  });
  expect(differing).toEqual([]);
});

test('the product has connections of both kinds', () => {
  expect(CASES).toHaveLength(768);
  expect(failing).toBeGreaterThan(200);
});
