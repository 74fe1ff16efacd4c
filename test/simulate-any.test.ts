import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { RequestError, reportOf, read, simulate } from '../src';
import { Mesh } from '../src/mesh/mesh';
import { simulationText } from '../src/report/simulation';
import { simulationJson } from '../src/report/simulation-json';
import { simulationMermaid } from '../src/report/simulation-mermaid';
import { plain } from '../src/report/style';
import type { Request } from '../src/simulation/request';
import { sentenceOf } from './sentence';

// Whatever is asked: either it cannot be sent, or all that can become of it is told.

const folders = [
  'fixtures/bookinfo',
  'fixtures/bookinfo-networking/destination-rule-all',
  'fixtures/bookinfo-networking/virtual-service-reviews-test-v2',
];
const files = folders.flatMap((folder) => readdirSync(folder).map((name) => join(folder, name)));
const mesh = new Mesh(files.map((path) => read(path, readFileSync(path, 'utf8'))));

const host = fc.oneof(
  fc.constantFrom(
    'reviews',
    'details.default',
    'ratings.default.svc.cluster.local',
    'bookinfo.example.com',
    '10.96.0.3',
  ),
  fc.domain(),
  fc.ipV4(),
  fc.ipV6().map((address) => `[${address}]`),
  fc.string(),
);
const path = fc.oneof(
  fc.constantFrom('/productpage', '/static/a', '/login?x=1', '/reviews/0'),
  fc.webPath(),
  fc.string(),
);
const port = fc.oneof(
  fc.constantFrom('', ':80', ':9080'),
  fc.nat(70000).map((number) => `:${number}`),
);
const url = fc
  .tuple(fc.constantFrom('http', 'https', 'grpc', 'tcp', 'tls', 'ftp'), host, port, path)
  .map(([scheme, name, at, rest]) => `${scheme}://${name}${at}${rest}`);
const client = fc.constantFrom<Partial<Request>>(
  { from: 'productpage-v1.default' },
  { gateway: 'istio-ingressgateway.istio-system' },
  {},
);
const header = fc.tuple(
  fc.oneof(fc.constantFrom('end-user', 'host', 'x-forwarded-for', 'content-type'), fc.string()),
  fc.string(),
);
const request = fc
  .record({
    client,
    url,
    method: fc.constantFrom('GET', 'POST', 'OPTIONS', 'CONNECT', ''),
    headers: fc.array(header, { maxLength: 3 }),
  })
  .map(({ client, ...rest }): Request => ({ ...client, ...rest }));

test('a request takes ways whose shares make up one, and every report can tell them', () => {
  fc.assert(
    fc.property(request, (request) => {
      let journey;
      try {
        journey = simulate(mesh, request);
      } catch (error) {
        expect(error).toBeInstanceOf(RequestError);
        return;
      }
      expect(journey.ways.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1);
      const account = reportOf(journey);
      const everything = { why: true, config: true, telemetry: true };
      expect(simulationText(account, everything, plain)).toContain(sentenceOf(journey));
      expect(JSON.parse(simulationJson(account, everything))).toMatchObject({ version: 2 });
      expect(simulationMermaid(account)).toContain('sequenceDiagram');
    }),
    { numRuns: 300 },
  );
});

test('the same request is answered the same again', () => {
  fc.assert(
    fc.property(request, (request) => {
      const once = (): string => {
        try {
          return sentenceOf(simulate(mesh, request));
        } catch (error) {
          return String(error);
        }
      };
      expect(once()).toBe(once());
    }),
    { numRuns: 100 },
  );
});
