import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CodeAction, CompletionItem, DocumentSymbol, Hover, Location } from 'vscode-languageserver';
import { Client } from './client';

const SERVICE = `apiVersion: v1
kind: Service
metadata: {name: reviews, namespace: shop}
spec: {selector: {app: reviews}, ports: [{name: http, port: 80}]}
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: reviews, namespace: shop}
spec:
  host: reviews
  subsets:
    - {name: v1, labels: {version: v1}}
`;
const ROUTE = `apiVersion: networking.istio.io/v1
kind: VirtualService
metadata:
  name: reviews
  namespace: shop
spec:
  hosts: [reviews]
  http:
    - route:
        - destination:
            host: reviews
            subset: v1
`;
/** Lines and characters from 0, as the protocol counts. */
const HOST = [10, 20] as const;
const SUBSET = [11, 21] as const;

const MESHLINT = join(__dirname, '../../bin/meshlint.js');

let folder: string;
let client: Client;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'lsp-'));
  writeFileSync(join(folder, 'service.yaml'), SERVICE);
  writeFileSync(join(folder, 'route.yaml'), ROUTE);
  client = new Client(folder);
  await client.start();
  await client.open('route.yaml', ROUTE);
});

afterEach(async () => {
  expect(await client.stop()).toBe(0);
  rmSync(folder, { recursive: true });
});

test('an edit that is not saved changes what is found, in other files too', async () => {
  await client.change('route.yaml', ROUTE.replace('subset: v1', 'subset: v2'), 2);
  await client.until('route.yaml', ['unknown-subset']);
  const [finding] = client.diagnostics.get(client.uri('route.yaml'))!;
  expect(finding).toMatchObject({
    severity: 1,
    source: 'meshlint',
    message: expect.stringContaining('has no subset "v2"') as string,
    codeDescription: { href: expect.stringMatching(/^https:/) as string },
    range: { start: { line: 11, character: 20 }, end: { line: 11, character: 22 } },
  });
  await client.open('service.yaml', SERVICE.replace('name: v1', 'name: v2'));
  await client.until('route.yaml', []);
});

test('a broken document is one finding, and the others keep theirs', async () => {
  await client.change('route.yaml', ROUTE.replace('hosts: [reviews]', 'hosts: [reviews'), 2);
  await client.until('route.yaml', ['yaml-syntax']);
  await client.change('route.yaml', ROUTE, 3);
  await client.until('route.yaml', []);
});

test('a finding can be fixed or allowed', async () => {
  await client.change(
    'route.yaml',
    ROUTE.replace('networking.istio.io/v1', 'networking.istio.io/v1alpha3').replace('subset: v1', 'subset: v2'),
    2,
  );
  await client.until('route.yaml', ['unknown-subset']);
  const range = { start: { line: SUBSET[0], character: SUBSET[1] }, end: { line: SUBSET[0], character: SUBSET[1] } };
  const actions = await client.ask<CodeAction[]>('codeAction', 'route.yaml', ...SUBSET, {
    range,
    context: { diagnostics: [] },
  });
  const allow = actions.find(({ title }) => title === 'Allow unknown-subset here')!;
  expect(allow.edit!.changes![client.uri('route.yaml')]).toEqual([
    expect.objectContaining({ newText: '            # meshlint: allow unknown-subset -- TODO: say why\n' }),
  ]);
});

test('hover, definition, references, symbols and completion know the mesh', async () => {
  await client.change('route.yaml', ROUTE.replace('subset: v1', 'subset: v9'), 2);
  await client.until('route.yaml', ['unknown-subset']);
  await client.change('route.yaml', ROUTE, 3);
  await client.until('route.yaml', []);
  const hover = await client.ask<Hover>('hover', 'route.yaml', ...HOST);
  expect(JSON.stringify(hover.contents)).toContain('reviews.shop.svc.cluster.local');
  expect(await client.ask<Location[]>('definition', 'route.yaml', ...HOST)).toMatchObject([
    { uri: client.uri('service.yaml'), range: { start: { line: 2 } } },
  ]);
  expect(await client.ask<Location[]>('definition', 'route.yaml', ...SUBSET)).toMatchObject([
    { uri: client.uri('service.yaml'), range: { start: { line: 11 } } },
  ]);
  const uses = await client.ask<Location[]>('references', 'route.yaml', ...HOST, {
    context: { includeDeclaration: false },
  });
  expect(uses.map(({ uri, range }) => `${uri.split('/').at(-1)}:${range.start.line}`).sort()).toEqual([
    'route.yaml:10',
    'route.yaml:6',
    'service.yaml:9',
  ]);
  const symbols = await client.ask<DocumentSymbol[]>('documentSymbol', 'service.yaml', 0, 0);
  expect(symbols.map(({ name }) => name)).toEqual(['Service shop/reviews', 'DestinationRule shop/reviews']);
  const subsets = await client.ask<CompletionItem[]>('completion', 'route.yaml', 11, 20);
  expect(subsets.map(({ label }) => label)).toEqual(['v1']);
  const hosts = await client.ask<CompletionItem[]>('completion', 'route.yaml', 10, 18);
  expect(hosts.map(({ label }) => label)).toEqual(['reviews', 'reviews.shop.svc.cluster.local']);
});

test('a wrong configuration is said, and the server goes on', async () => {
  writeFileSync(join(folder, '.meshlint.yaml'), 'rules: 3\n');
  await client.change('route.yaml', `${ROUTE}# one\n`, 2);
  while (client.errors.length === 0) await new Promise((resolve) => setTimeout(resolve, 50));
  expect(client.errors[0]).toMatch(/\.meshlint\.yaml:1:8/);
  writeFileSync(join(folder, '.meshlint.yaml'), '{}\n');
  await client.change('route.yaml', ROUTE.replace('subset: v1', 'subset: v2'), 3);
  await client.until('route.yaml', ['unknown-subset']);
});

test('after random edits the findings are those of a fresh run', async () => {
  let state = 7;
  const next = (below: number) => (state = (state * 48271) % 2147483647) % below;
  let text = ROUTE;
  for (let version = 2; version < 502; version++) {
    const at = next(text.length);
    text = next(3)
      ? text.slice(0, at) + ['x', '\n', ': ', '- ', '"', '{', '0', ' '][next(8)]! + text.slice(at)
      : text.slice(0, at) + text.slice(at + next(9));
    if (text.length < 20) text = ROUTE;
    await client.change('route.yaml', text, version);
  }
  writeFileSync(join(folder, 'route.yaml'), text);
  const fresh = spawnSync(process.execPath, [MESHLINT, 'lint', folder, '-f', 'json']);
  const { findings } = JSON.parse(fresh.stdout.toString()) as { findings: { file: string; rule: string }[] };
  await client.until(
    'route.yaml',
    findings.filter(({ file }) => file.endsWith('route.yaml')).map(({ rule }) => rule),
  );
});

const GARBAGE: [input: string, words: RegExp][] = [
  ['', /the client closed the connection/],
  ['GET / HTTP\r\n\r\n', /this is not the Language Server Protocol/],
  ['Content-Length: 5\r\n\r\n{"a":', /this is not the Language Server Protocol/],
];

test.each(GARBAGE)('what is not the protocol ends with one clear error: %j', (input, words) => {
  const { status, stderr, stdout } = spawnSync(process.execPath, [MESHLINT, 'lsp'], { input, timeout: 20_000 });
  expect(stderr.toString()).toMatch(words);
  expect(stderr.toString().trimEnd().split('\n')).toHaveLength(1);
  expect(stdout.toString()).toBe('');
  expect(status).toBe(2);
});
