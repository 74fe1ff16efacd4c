import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parsed } from '../src/cli/input/json-file';
import { sizeLimit } from '../src/cli/input/size-limit';
import { variantsOf } from '../src/input/groups';
import { lint } from '../src/lint';
import { Mesh } from '../src/mesh/mesh';
import { plain } from '../src/report/style';
import { testsJson, testsText } from '../src/report/tests';
import { testsJunit } from '../src/report/tests-junit';
import type * as ruleList from '../src/rules';
import { rules } from '../src/rules';
import { rule } from '../src/rules/rule';
import { read } from '../src/source/read';
import { maskFor, maskedText } from '../src/source/secrets';
import { Resource } from '../src/source/resource';
import type * as simulation from '../src/simulate';
import { simulateHop } from '../src/simulate';
import { Coverage, runSuite } from '../src/test';
import { suiteIn } from '../src/tests/read';
import { inScratch } from './command';
import { deployment, meshOf, namespace, networking, object, security, service } from './mesh-of';

const lintText = (text: string) => lint(meshOf(text, { world: 'closed' }), rules, { today: '2026-06-01' });
const said = (text: string) =>
  lintText(text).findings.map(({ rule: { name }, place, message }) => `${name} ${place.pathText}: ${message}`);

/** A policy that selects no pod, which shows that the rest of the run goes on. */
const LOST =
  security('AuthorizationPolicy', 'shop/lost', 'selector: {matchLabels: {app: nothing}}') + deployment('shop/other');
const UNBOUND = 'no workload in namespace "shop" has the labels "app=nothing"';

describe('values of the wrong type are findings, and the rest of the run goes on', () => {
  const template = (metadata: string) =>
    object(
      'apps/v1',
      'Deployment',
      'shop/db',
      `spec: {selector: {matchLabels: {app: db}}, template: {metadata: {labels: {app: db}, ${metadata}}, spec: {containers: [{name: c, image: x}]}}}`,
    );
  const annotated = (name: string) => template(`annotations: {${name}: 5}`);

  test.each([
    ['traffic.sidecar.istio.io/excludeInboundPorts'],
    ['traffic.sidecar.istio.io/includeOutboundIPRanges'],
    ['status.sidecar.istio.io/port'],
    ['proxy.istio.io/config'],
    ['inject.istio.io/templates'],
    ['istio.io/reroute-virtual-interfaces'],
    ['galley.istio.io/analyze-suppress'],
    ['meshlint/allow'],
  ])('the annotation %s of pods is a number', (name) => {
    const { findings, faults } = lintText(annotated(name) + LOST);
    expect(faults).toEqual([]);
    const messages = findings.map(({ rule: { name: own }, place, message }) => `${own} ${place.pathText}: ${message}`);
    expect(messages).toContain(
      `schema-violation spec.template.metadata.annotations["${name}"]: expected text, found 5; put it in quotes`,
    );
    expect(findings.map(({ message }) => message)).toContain(UNBOUND);
  });

  test.each([
    ['labels', '{topology.istio.io/locality: 5}'],
    ['labels', '{networking.istio.io/tunnel: true}'],
    ['labels', '[a]'],
    ['annotations', '{galley.istio.io/analyze-suppress: true}'],
    ['annotations', 'text'],
    ['ownerReferences', '[5]'],
    ['ownerReferences', '{a: b}'],
    ['creationTimestamp', '5'],
  ])('%s: %s of an object of any kind', (key, value) => {
    for (const kind of ['v1 Service', 'example.com/v1 Widget', 'networking.istio.io/v1 WorkloadEntry']) {
      const [apiVersion, name] = kind.split(' ') as [string, string];
      const { faults, findings } = lintText(object(apiVersion, name, 'shop/x', 'spec: {}', `${key}: ${value}`) + LOST);
      expect(faults).toEqual([]);
      expect(findings.map(({ message }) => message)).toContain(UNBOUND);
    }
  });

  test('a list of hosts that holds null is not taken for a delegate, and what covers nothing is not told of it', () => {
    const tls = 'tls: [{match: [{port: 443, sniHosts: [a.example.com]}], route: [{destination: {host: cart}}]}]';
    expect(said(networking('VirtualService', 'shop/v', `hosts: [null], ${tls}`))).toEqual([
      'schema-violation spec.hosts[0]: expected text, found nothing (null)',
      'unknown-host spec.tls[0].route[0].destination.host: host "cart" is not defined by any Service or ServiceEntry',
    ]);
  });

  test('what is found behind an item that is null keeps its place', () => {
    const found = said(networking('VirtualService', 'shop/v', 'hosts: [null, "a b"], http: [{route: []}]'));
    expect(found.filter((each) => each.includes('spec.hosts[1]'))).toHaveLength(1);
  });

  test('a port without a number is no port for others', () => {
    const found = said(service('shop/a', 'ports: [{port: x, targetPort: 80}, {name: [], port: {}}]'));
    expect(found.filter((each) => !each.startsWith('schema-violation'))).toEqual([]);
    expect(found).toHaveLength(4);
  });

  test('a certificate of a megabyte is read', () => {
    const data = Buffer.alloc(750_000, 65).toString('base64');
    const gateway = networking(
      'Gateway',
      'shop/g',
      'selector: {app: gw}, servers: [{hosts: [a.example.com], port: {number: 443, name: https, protocol: HTTPS}, tls: {mode: SIMPLE, credentialName: c}}]',
    );
    const secret = object('v1', 'Secret', 'shop/c', `data: {tls.crt: ${data}, tls.key: ${data}}`);
    const pods = deployment('shop/gw');
    const { faults, findings } = lintText(gateway + secret + pods);
    expect(faults).toEqual([]);
    expect(findings.map(({ rule: { name } }) => name)).toContain('unusable-credential');
  });
});

describe('a fault of our own costs nothing else', () => {
  const broken = rule({
    name: 'broken',
    category: 'practice',
    severity: 'info',
    summary: 'Breaks.',
    url: 'https://istio.io/latest/docs/',
    docs: 'Breaks.',
    check: ({ mesh, report }) => {
      report(mesh.resources[0]!.root, 'found before');
      throw new TypeError('oops');
    },
  });

  test('a rule that throws keeps what it found, and the other rules are asked', () => {
    const { findings, faults } = lint(meshOf(LOST, { world: 'closed' }), [broken, ...rules], { today: '2026-06-01' });
    expect(findings.map(({ message }) => message)).toEqual(expect.arrayContaining(['found before', UNBOUND]));
    expect(faults).toEqual([{ where: 'rule "broken"', error: new TypeError('oops') }]);
  });

  test('a document whose checks throw is named, and the others are judged', () => {
    const file = read('mesh.yaml', service('shop/a') + networking('Gateway', 'shop/g', 'servers: 5') + LOST);
    Object.defineProperty(file.resources[0]!.written, 'spec', {
      get: () => {
        throw new TypeError('oops');
      },
    });
    const { findings, faults } = lint(new Mesh([file]), rules, { today: '2026-06-01' });
    expect(faults.filter(({ where }) => where === 'mesh.yaml (Service shop/a)')).toHaveLength(1);
    expect(findings.map(({ place }) => place.resource?.title)).toContain('Gateway shop/g');
  });
});

describe('a fault of our own in one request', () => {
  const SHOP = namespace('shop') + deployment('shop/web') + deployment('shop/cart') + service('shop/cart');

  test('is told in the place of a test, and the other tests run', () => {
    const request = '{from: web.shop, url: http://cart/}';
    const text = `${SHOP}---\napiVersion: meshlint.dev/v1\nkind: Test\ntests: [{name: a, request: ${request}, expect: {status: 200}}, {name: b, request: ${request}, expect: {status: 200}}]\n`;
    const file = read('t.yaml', text);
    const { suite } = suiteIn(file)!;
    let isBroken = true;
    const broken = {
      ...suite.cases[0]!,
      get request() {
        if (isBroken) throw new TypeError('oops');
        return suite.cases[0]!.request;
      },
    };
    const { results } = runSuite(new Mesh([file]), { ...suite, cases: [broken, suite.cases[1]!] }, new Coverage());
    isBroken = false;
    expect(results.map(({ kind }) => kind)).toEqual(['internal fault', 'sent']);
    const report = { suites: [{ suite, results }], untouched: [], total: 0 };
    expect(testsText(report, plain)).toContain('1 passed, 0 failed, 1 ended in an internal fault');
    expect(testsJunit(report)).toContain('errors="1"');
    expect(JSON.parse(testsJson(report))).toMatchObject({
      suites: [{ tests: [{ passed: false, internalFault: true }, {}] }],
    });
  });

  test('is told of a comparison, and the other requests are compared', async () => {
    const direct = (host: string) =>
      service(`shop/${host}`) +
      networking('VirtualService', `shop/${host}`, `hosts: [${host}], http: [{directResponse: {status: STATUS}}]`);
    const text = SHOP + direct('db') + direct('other');
    const [before, after] = ['200', '503'].map((status) => meshOf(text.replaceAll('STATUS', status)));
    await jest.isolateModulesAsync(async () => {
      const actual = jest.requireActual<typeof simulation>('../src/simulate');
      const simulate: typeof actual.simulate = (mesh, request, options) => {
        if (request.url.includes('//db')) throw new TypeError('oops');
        return actual.simulate(mesh, request, options);
      };
      jest.doMock('../src/simulate', () => ({ ...actual, simulate }));
      const { diff } = await import('../src/diff');
      const { changes, faults } = diff(before!, after!);
      expect(faults.length).toBeGreaterThan(0);
      expect(faults.every(({ where, error }) => where.includes('//db') && (error as Error).message === 'oops')).toBe(
        true,
      );
      expect(changes.flatMap(({ probes }) => probes.map(({ title }) => title)).join()).toContain('//other');
    });
  });
});

describe('what Envoy is given', () => {
  const mesh = (rewrite: string) =>
    meshOf(
      namespace('shop') +
        service('shop/cart') +
        deployment('shop/cart') +
        networking(
          'VirtualService',
          'shop/cart',
          `hosts: [cart], http: [{rewrite: {uriRegexRewrite: ${rewrite}}, route: [{destination: {host: cart}}]}]`,
        ),
    );

  test.each([
    ['{match: "/(.)", rewrite: "/\\\\9"}', '/x'],
    ['{match: "/.", rewrite: "/\\\\1"}', '/x'],
    ['{match: "/(.)", rewrite: "/\\\\1\\\\1"}', '/xx'],
  ])('a rewrite by %s', (rewrite, path) => {
    const to = { mode: 'outbound', address: '10.1.2.3', port: 80, host: 'cart', path: '/x' } as const;
    const hop = simulateHop(mesh(rewrite), { name: '', proxy: 'cart.shop', ...to });
    expect(JSON.stringify(hop)).toContain(`"${path}"`);
  });
});

describe('files beside a mesh', () => {
  test.each([500, 501, 100_000])('JSON with %d levels', (levels) => {
    const text = '{"a":[" ]} \\" "],"b":' + '['.repeat(levels - 1) + ']'.repeat(levels - 1) + '}';
    if (levels <= 500) expect(parsed(text, '"x.json"')).toBeDefined();
    else expect(() => parsed(text, '"x.json"')).toThrow('"x.json" nests more than 500 levels deep');
  });
});

describe('a large input', () => {
  test('of thousands of Secrets is masked in time that grows with the text alone', () => {
    const count = 4_000;
    const secret = (index: number) => `hunter${index.toString(36).padStart(3, '0')}${'x'.repeat(index % 14)}`;
    const objects = Array.from({ length: count }, (_, index) =>
      object('v1', 'Secret', `shop/s${index}`, `labls: x\nstringData: {k: ${secret(index)}, p: "p${index}"}`),
    );
    const file = read('secrets.yaml', objects.join(''));
    const shown = maskedText(file);
    expect(shown).toHaveLength(file.text.length);
    expect(shown).not.toContain('hunter');
    const mask = maskFor([file]);
    for (let index = 0; index < count; index++)
      expect(mask(`value "${secret(index)}" or p${index}`, file.resources[index]!.root)).toBe('value "***" or ***');
  }, 30_000);

  const manifest = (name: string) => `apiVersion: v1\nkind: Service\nmetadata: {name: ${name}}\n`;

  test('is refused in words before the memory is used up; files of others do not count', () => {
    const count = sizeLimit(24 * 1024 * 1024);
    const large = (text: string) => read('large.yaml', `${text}# ${'x'.repeat(700 * 1024)}\n`);
    count(large(manifest('a')));
    count(large('name: values of a chart\n'));
    expect(() => count(large(manifest('b')))).toThrow(
      'the input is too large: 2 files with manifests have more than 1 MiB',
    );
  });

  test('of very many documents is judged', () => {
    const file = read('many.yaml', manifest('a'));
    const { document } = file.resources[0]!;
    for (let index = 0; index < 130_000; index++) {
      const value = { apiVersion: 'v1', kind: 'Service', metadata: { name: `s${index}` } };
      file.resources.push(new Resource(document, [], value));
    }
    const { groups } = variantsOf([file], () => [{ unit: 'many.yaml', folders: ['.'] }]);
    expect(groups.map(({ certain }) => certain.length)).toEqual([130_001]);
  });

  test('of very many documents that are not objects is read', () => {
    const { problems } = read('many.yaml', `${manifest('a')}${'---\n5\n'.repeat(130_000)}`);
    expect(problems).toHaveLength(130_000);
  });
});

test('a rule that throws: the command prints the other findings and ends with exit status 3', async () => {
  await inScratch((folder) =>
    jest.isolateModulesAsync(async () => {
      const actual = jest.requireActual<typeof ruleList>('../src/rules');
      const check = (): never => {
        throw new TypeError('oops');
      };
      const broken = { ...actual.rules[0]!, name: 'broken', check };
      jest.doMock('../src/rules', () => ({ ...actual, rules: [broken, ...actual.rules] }));
      const { main } = await import('../src/cli/main');
      const said = { stdout: '', stderr: '' };
      for (const name of ['stdout', 'stderr'] as const)
        jest.spyOn(process[name], 'write').mockImplementation((text, ...others) => {
          said[name] += String(text);
          others.forEach((each) => typeof each === 'function' && each());
          return true;
        });
      const path = join(folder, 'mesh.yaml');
      writeFileSync(path, LOST);
      try {
        await main(['node', 'meshlint', 'lint', path, '--world', 'closed', '--format', 'compact'], '0');
        expect(process.exitCode).toBe(3);
      } finally {
        process.exitCode = 0;
        jest.restoreAllMocks();
      }
      expect(said.stdout).toContain(UNBOUND);
      expect(said.stderr).toMatch(/internal fault in rule "broken", please report it: TypeError: oops/);
    }),
  );
}, 60_000);
