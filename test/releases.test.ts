import { readFileSync } from 'node:fs';
import { addRelease } from '../src/cli/options/release-option';
import { checkReleases } from '../src/cli/lint/releases';
import { Mesh } from '../src/mesh/mesh';
import { proxies } from '../src/mesh/workloads/proxy';
import { translate } from '../src/pilot/translate';
import { rules } from '../src/rules';
import { RELEASES, type Release } from '../src/schema/release';
import { read } from '../src/source/read';

const WRITTEN_FOR_OLD = `apiVersion: networking.istio.io/v1alpha3
kind: VirtualService
metadata: {name: reviews}
spec:
  hosts: [reviews]
  http:
  - appendHeaders: {a: b}
    route: [{destination: {host: reviews}}]
    retries: {attempts: -1}
---
apiVersion: rbac.istio.io/v1alpha1
kind: ServiceRole
metadata: {name: reviews}
spec: {rules: [{services: ['*']}]}
`;
const WRITTEN_FOR_NEW = `apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: reviews}
spec:
  hosts: [reviews]
  http:
  - route: [{destination: {host: reviews}}]
`;

/** `line:column message` of every finding. */
function said(text: string, releases: readonly Release[]): string[] {
  const mesh = new Mesh([read('a.yaml', text)], { world: 'open' });
  const { result } = checkReleases([{ title: '', mesh }], rules, { today: '2026-06-01' }, releases);
  return result.findings.map(
    ({ message, place: { range } }) => `${range.start.line}:${range.start.column} ${message.slice(0, 60)}`,
  );
}

test('one release speaks for itself', () => {
  expect(said(WRITTEN_FOR_OLD, ['1.4'])).toEqual(['9:25 -1 is less than 0']);
  expect(said(WRITTEN_FOR_NEW, ['1.31'])).toEqual([]);
});

test('what an upgrade breaks names the release that breaks it, and what both refuse names none', () => {
  expect(said(WRITTEN_FOR_OLD, ['1.4', '1.31'])).toEqual([
    '7:5 in Istio 1.31: unknown field "appendHeaders"; it was removed',
    '9:25 -1 is less than 0',
    '12:7 in Istio 1.31: ServiceRole was removed in Istio 1.7; use Aut',
  ]);
});

test('what several of three releases say names them', () => {
  expect(said(WRITTEN_FOR_OLD, RELEASES)[0]).toMatch(/^7:5 in Istio 1\.24 to 1\.31: unknown field/);
});

test('what came later is told of the older release', () => {
  expect(said(WRITTEN_FOR_NEW, ['1.4', '1.31'])).toEqual([
    '1:13 Istio 1.4 serves VirtualService as "networking.istio.io/v1al',
  ]);
});

test('releases are named in any order, with or without their patch', () => {
  expect(addRelease('1.4.10', addRelease('v1.31'))).toEqual(['1.4', '1.31']);
  expect(addRelease('1.31', ['1.31'])).toEqual(['1.31']);
  expect(() => addRelease('1.23')).toThrow('Known releases are 1.4, 1.24 to 1.31.');
});

test('the proxies of a release say its version, which patches for other releases do not fit', () => {
  const filter = `apiVersion: networking.istio.io/v1alpha3
kind: EnvoyFilter
metadata: {name: only-27, namespace: istio-system}
spec:
  configPatches:
    - applyTo: CLUSTER
      match: {proxy: {proxyVersion: '^1\\.27.*'}}
      patch: {operation: MERGE, value: {connect_timeout: 7s}}
`;
  const pod =
    'apiVersion: v1\nkind: Pod\nmetadata: {name: web, namespace: shop}\nspec: {containers: [{name: istio-proxy}]}\n';
  const patched = (release: Release): boolean => {
    const mesh = new Mesh([read('a.yaml', `${filter}---\n${pod}`)], { release });
    return JSON.stringify(translate(mesh, proxies(mesh)[0]!).config.clusters).includes('"7s"');
  };
  expect(RELEASES.filter(patched)).toEqual(['1.27']);
});

test('the configuration knows every release', () => {
  const schema = readFileSync('schemas/meshlint-config.json', 'utf8');
  const { $defs } = JSON.parse(schema) as {
    $defs: { Configuration: { properties: Record<string, { enum?: string[] }> } };
  };
  expect($defs.Configuration.properties['istioVersion']?.enum).toEqual(RELEASES);
});
