// Part of `npm run bench`: requests a second, followed from client to workload, through Bookinfo and through a mesh of 1,000
// services. The first request translates; those after it do not.
import { createRequire } from 'node:module';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const { Mesh, read, simulate } = createRequire(import.meta.url)('../../dist/index.cjs');

const SECONDS = 2;

const inFolders = (folders) =>
  new Mesh(
    folders.flatMap((folder) =>
      readdirSync(folder).map((name) => read(join(folder, name), readFileSync(join(folder, name), 'utf8'))),
    ),
  );

const service = (name) => `apiVersion: v1
kind: Service
metadata: { name: ${name}, namespace: default }
spec: { selector: { app: ${name} }, ports: [{ name: http, port: 8080, targetPort: 8080 }] }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name}, namespace: default }
spec: { template: { metadata: { labels: { app: ${name} } }, spec: { containers: [{ name: app, image: app }] } } }
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: ${name}, namespace: default }
spec:
  hosts: [${name}]
  http:
  - match: [{ uri: { prefix: /v2 }, headers: { x-canary: { exact: "1" } } }]
    route: [{ destination: { host: ${name} } }]
  - route: [{ destination: { host: ${name} } }]
`;

const NAMESPACE = `apiVersion: v1
kind: Namespace
metadata: { name: default, labels: { istio-injection: enabled } }
`;

const large = () =>
  new Mesh([
    read(
      'mesh.yaml',
      [NAMESPACE, ...Array.from({ length: 1_000 }, (_, index) => service(`service-${index}`))].join('---\n'),
    ),
  ]);

const networking = 'fixtures/bookinfo-networking';
const bookinfo = [
  'fixtures/bookinfo',
  `${networking}/destination-rule-all`,
  `${networking}/virtual-service-reviews-test-v2`,
];
const CASES = [
  [
    'Bookinfo',
    inFolders(bookinfo),
    (count) => ({
      from: 'productpage-v1.default',
      url: `http://reviews:9080/reviews/${count}`,
      ...(count % 2 && { user: 'jason' }),
    }),
  ],
  // Ten servers: each is a proxy to translate.
  [
    '1,000 services',
    large(),
    (count) => ({ from: 'service-0.default', url: `http://service-${1 + (count % 10)}:8080/${count}` }),
  ],
];

for (const [title, mesh, requestAt] of CASES) {
  const started = performance.now();
  for (let count = 0; count < 20; count++) simulate(mesh, requestAt(count), { explain: false });
  const first = performance.now() - started;
  for (let count = 0; count < 2_000; count++) simulate(mesh, requestAt(count), { explain: count % 2 === 0 });
  for (const explain of [false, true]) {
    let count = 0;
    const before = process.cpuUsage();
    const used = () => Object.values(process.cpuUsage(before)).reduce((sum, each) => sum + each, 0) / 1e6;
    for (; used() < SECONDS; count++) simulate(mesh, requestAt(count), { explain });
    const rate = Math.round(count / used()).toLocaleString('en');
    console.log(
      `${title.padStart(15)}  translation ${first.toFixed(0).padStart(5)} ms  ${rate.padStart(7)} requests/s of processor time${explain ? ', with every reason' : ''}`,
    );
  }
}
