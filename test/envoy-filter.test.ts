import { findProxy } from '../src/mesh/workloads/proxy';
import { translate } from '../src/pilot/translate';
import { formatPath } from '../src/source/path';
import { deployment, meshOf, service } from './mesh-of';

/** What EnvoyFilters do to the configuration, fixtures/pilot/envoyfilter-* say; here is where the pieces come from. */
const { config, origins } = translated(`
${service('default/reviews', 'ports: [{name: http, port: 9080}]')}
${deployment('default/reviews', 'sidecar.istio.io/inject: "true"')}
---
apiVersion: networking.istio.io/v1alpha3
kind: EnvoyFilter
metadata: {name: patches, namespace: default}
spec:
  configPatches:
  - applyTo: CLUSTER
    patch: {operation: ADD, value: {name: added}}
  - applyTo: CLUSTER
    match: {context: SIDECAR_OUTBOUND, cluster: {service: reviews.default.svc.cluster.local}}
    patch: {operation: MERGE, value: {connect_timeout: 1s}}
  - applyTo: CLUSTER
    match: {context: SIDECAR_INBOUND}
    patch: {operation: ADD, value: {name: broken, connect_timeout: soon}}
`);

function translated(text: string) {
  const mesh = meshOf(text);
  const found = findProxy(mesh, 'reviews.default');
  if (!('proxy' in found)) throw new Error('there is a proxy');
  return translate(mesh, found.proxy);
}

const origin = (name: string): string | undefined => {
  const cluster = config.clusters?.find((cluster) => cluster.name === name);
  const field = cluster && origins.get(cluster);
  return field && `${field.resource.kind} ${formatPath(field.path)}`;
};

test('a piece that is added comes from the patch', () => {
  expect(origin('added')).toBe('EnvoyFilter spec.configPatches[0]');
});

test('a piece that is changed comes from where it came from before', () => {
  const reviews = 'outbound|9080||reviews.default.svc.cluster.local';
  expect(config.clusters?.find(({ name }) => name === reviews)).toMatchObject({ connectTimeout: '1s' });
  expect(origin(reviews)).toMatch(/^Service/);
});

test('a patch that cannot be read changes nothing', () => {
  expect(config.clusters?.map(({ name }) => name)).not.toContain('broken');
});
