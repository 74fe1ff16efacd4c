// Part of `npm run bench`: how long the configuration of one sidecar takes in meshes of several sizes, in which it sees everything. The
// first round is cold (indexes are built, nothing is compiled); the median is of those after it. The real Pilot needs 267 to 294 ms
// for 1,000 services, with its indexes built (Istio 1.31, two cores). Processor time is given too, for busy machines.
import { createRequire } from 'node:module';

const { Mesh, findProxy, read, translate } = createRequire(import.meta.url)('../../dist/index.cjs');

const ROUNDS = 15;
const SIZES = process.argv.slice(2).map(Number).filter(Boolean);

/** A Service, a Deployment with two pods, a VirtualService with two routes, and a DestinationRule with two subsets. */
const service = (name) => `apiVersion: v1
kind: Service
metadata: { name: ${name}, namespace: default }
spec: { selector: { app: ${name} }, ports: [{ name: http, port: 8080, targetPort: 8080 }] }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name}-v1, namespace: default }
spec:
  replicas: 2
  selector: { matchLabels: { app: ${name} } }
  template:
    metadata: { labels: { app: ${name}, version: v1 } }
    spec: { containers: [{ name: app, image: app, ports: [{ containerPort: 8080 }] }] }
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: ${name}, namespace: default }
spec:
  hosts: [${name}]
  http:
  - match: [{ uri: { prefix: /v2 }, headers: { x-canary: { exact: "1" } } }]
    route: [{ destination: { host: ${name}, subset: v2 } }]
  - route:
    - { destination: { host: ${name}, subset: v1 }, weight: 90 }
    - { destination: { host: ${name}, subset: v2 }, weight: 10 }
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: ${name}, namespace: default }
spec:
  host: ${name}
  trafficPolicy: { connectionPool: { tcp: { maxConnections: 100 } }, outlierDetection: { consecutive5xxErrors: 5 } }
  subsets: [{ name: v1, labels: { version: v1 } }, { name: v2, labels: { version: v2 } }]
`;

const NAMESPACE = `apiVersion: v1
kind: Namespace
metadata: { name: default, labels: { istio-injection: enabled } }
`;

function round(mesh) {
  const { proxy } = findProxy(mesh, 'service-0-v1.default');
  const [started, before] = [performance.now(), process.cpuUsage()];
  const { config } = translate(mesh, proxy);
  const { user, system } = process.cpuUsage(before);
  return { wall: performance.now() - started, cpu: (user + system) / 1000, clusters: config.clusters.length };
}

const median = (numbers) => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)];
const milliseconds = (number) => `${number.toFixed(0).padStart(5)} ms`;

for (const size of SIZES.length ? SIZES : [100, 1_000, 5_000]) {
  const services = Array.from({ length: size }, (_, index) => service(`service-${index}`));
  const mesh = new Mesh([read('mesh.yaml', [NAMESPACE, ...services].join('---\n'))]);
  const [first, ...rest] = Array.from({ length: ROUNDS }, () => round(mesh));
  const [wall, cpu] = [median(rest.map((each) => each.wall)), median(rest.map((each) => each.cpu))];
  console.log(
    `${String(size).padStart(6)} services  one sidecar, ${first.clusters} clusters` +
      `  first ${milliseconds(first.wall)}  median ${milliseconds(wall)}  processor ${milliseconds(cpu)}`,
  );
}
