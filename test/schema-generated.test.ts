import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { TABLE } from '../src/schema/kinds/table';
import { RELEASES, kindsOf, schemaOf, versionsOf } from '../src/schema/release';
import { schemaFile, validatorsOf } from '../src/schema/validators';

const index = readFileSync('src/schema/kinds/index.ts', 'utf8');
const rows = TABLE.map(
  (known) => [`${known.releases.join()} ${known.group} ${known.kind} ${known.versions.join()}`, known] as const,
);

test.each(rows)('%s has a schema, a validator and a type', (_, { bundle, kind, group, versions, releases }) => {
  expect(existsSync(`schemas/${bundle}.json`)).toBe(true);
  expect(schemaFile(bundle).kinds[kind]).toBeDefined();
  expect(typeof validatorsOf(bundle).validate[kind]).toBe('function');
  const key = kind === 'Gateway' && group.startsWith('gateway.') ? 'KubernetesGateway' : kind;
  expect(index).toMatch(new RegExp(`^  ${key}: `, 'm'));
  for (const release of releases)
    for (const version of versions) expect(schemaOf(release, group, version, kind)?.bundle).toBe(bundle);
});

test('every schema is of a kind in the table', () => {
  const files = readdirSync('schemas', { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.json'));
  const known = new Set<string>(TABLE.map(({ bundle }) => bundle));
  expect(
    files
      .map((file) => file.replace(/\.json$/, ''))
      .filter((bundle) => !known.has(bundle))
      .sort(),
  ).toEqual(['envoy-1.37/messages', 'kubernetes-1.34/ObjectMeta', 'meshlint-config', 'meshlint-test', 'releases']);
});

test('schemas hold facts, not descriptions', () => {
  for (const { bundle } of TABLE) expect(JSON.stringify(schemaFile(bundle))).not.toMatch(/"description":"/);
});

test('releases know the kinds of their time', () => {
  const istio = (release: (typeof RELEASES)[number]) =>
    kindsOf(release).filter(({ group }) =>
      /(networking|security|telemetry|extensions|config|rbac|authentication)\.istio\.io$/.test(group),
    ).length;
  expect(RELEASES.map(istio)).toEqual([23, 14, 14, 14, 14, 14, 14, 15, 15]);
  expect(versionsOf('1.31', 'networking.istio.io', 'VirtualService')).toEqual(['v1', 'v1beta1', 'v1alpha3']);
  expect(versionsOf('1.31', 'gateway.networking.k8s.io', 'TLSRoute')).toEqual(['v1', 'v1alpha3', 'v1alpha2']);
  expect(versionsOf('1.4', 'security.istio.io', 'PeerAuthentication')).toEqual([]);
});
