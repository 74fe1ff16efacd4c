/** `meshlint webhook` as a process: its server, its certificate and its client, before a stand-in for the API server. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { BIN } from './command';
import { StandInApi } from './stand-in-api';
import { destinationRule, faultyRoute, namespace, review, route, service } from './webhook-objects';

const CERTIFICATES = 'fixtures/webhook';
const SOON = 20_000;

// Each test starts a process.
jest.setTimeout(60_000);

let home: string;
let api: StandInApi;
let address: string;
const running: Webhook[] = [];

beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), 'meshlint-webhook-'));
  for (const end of ['crt', 'key'] as const) copyFileSync(join(CERTIFICATES, `tls.${end}`), join(home, `tls.${end}`));
  api = new StandInApi();
  address = await api.start();
  const cluster = { name: 'c', cluster: { server: address, 'insecure-skip-tls-verify': true } };
  const context = { name: 'c', context: { cluster: 'c', user: 'u' } };
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [cluster],
    contexts: [context],
    users: [{ name: 'u', user: {} }],
  };
  writeFileSync(join(home, 'kubeconfig'), JSON.stringify({ ...config, 'current-context': 'c' }));
  for (const each of [namespace('shop'), service('cart'), service('other'), destinationRule('cart', ['v1'])])
    api.put(each);
});

afterEach(async () => {
  for (const each of running.splice(0)) await each.kill();
  await api.stop();
  rmSync(home, { recursive: true, force: true });
});

const optionsOf = (...more: string[]): string[] => [
  'webhook',
  '--cert',
  join(home, 'tls.crt'),
  '--key',
  join(home, 'tls.key'),
  '--kubeconfig',
  join(home, 'kubeconfig'),
  '--host',
  '127.0.0.1',
  '--shutdown-delay',
  '0',
  '--no-config',
  '--port',
  '0',
  ...more,
];

interface Reply {
  status: number;
  text: string;
  subject: string;
}

/** A webhook that runs; its log is read line by line. */
class Webhook {
  private readonly child: ChildProcess;
  readonly log: Record<string, unknown>[] = [];
  readonly ended: Promise<number | null>;
  private port = 0;

  constructor(args: readonly string[]) {
    this.child = spawn(process.execPath, [BIN, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
    let rest = '';
    this.child.stderr!.on('data', (chunk: Buffer) => {
      const lines = (rest + chunk.toString()).split('\n');
      rest = lines.pop()!;
      for (const line of lines)
        this.log.push(line.startsWith('{') ? (JSON.parse(line) as Record<string, unknown>) : { line });
    });
    this.ended = new Promise((done) => this.child.on('close', done));
  }

  static async start(...more: string[]): Promise<Webhook> {
    const made = new Webhook(optionsOf(...more));
    running.push(made);
    made.port = (await made.logged('listening'))['port'] as number;
    return made;
  }

  static async ready(...more: string[]): Promise<Webhook> {
    const made = await Webhook.start(...more);
    await made.logged('ready');
    return made;
  }

  logged(message: string): Promise<Record<string, unknown>> {
    return eventually(() => this.log.find((each) => each['message'] === message));
  }

  signal(name: 'SIGTERM' | 'SIGINT' | 'SIGKILL'): void {
    this.child.kill(name);
  }

  async kill(): Promise<void> {
    this.signal('SIGKILL');
    await this.ended;
  }

  send(method: string, path: string, body?: string, headers: Record<string, string> = {}): Promise<Reply> {
    return new Promise((resolve, reject) => {
      const options = {
        host: '127.0.0.1',
        port: this.port,
        method,
        path,
        headers,
        rejectUnauthorized: false,
        agent: false,
      };
      const sent = request(options, (response) => {
        const { subject } = (response.socket as TLSSocket).getPeerCertificate();
        let text = '';
        response.on('data', (chunk: Buffer) => (text += chunk.toString()));
        response.on('end', () => resolve({ status: response.statusCode!, text, subject: String(subject?.CN) }));
      });
      sent.on('error', reject);
      sent.end(body);
    });
  }

  async ask(asked: object): Promise<{ allowed: boolean; warnings?: string[] }> {
    const headers = { 'content-type': 'application/json' };
    const { status, text } = await this.send('POST', '/validate?timeout=10s', JSON.stringify(asked), headers);
    expect(status).toBe(200);
    return (JSON.parse(text) as { response: { allowed: boolean; warnings?: string[] } }).response;
  }
}

/** The first value that is not undefined or false; fails where there is none for long. */
async function eventually<Value>(
  look: () => Value | undefined | false | Promise<Value | undefined | false>,
): Promise<Value> {
  for (const end = Date.now() + SOON; Date.now() < end;) {
    const value = await look();
    if (value !== undefined && value !== false) return value;
    await new Promise((done) => setTimeout(done, 20));
  }
  throw new Error('this never happened');
}

const V1 = { host: 'cart', subset: 'v1' };

test('decisions follow the cluster: list, watch, 410 Gone, broken connections', async () => {
  const webhook = await Webhook.ready();
  const isUnknown = async (subset: string) =>
    (await webhook.ask(review('CREATE', route('cart', { host: 'cart', subset })))).warnings !== undefined;
  expect(await webhook.ask(review('CREATE', faultyRoute('cart')))).toMatchObject({ allowed: false });
  expect(await isUnknown('v1')).toBe(false);
  expect(await isUnknown('v2')).toBe(true);

  api.put(destinationRule('cart', ['v1', 'v2']));
  await eventually(async () => !(await isUnknown('v2')));

  api.remove(destinationRule('cart', ['v1', 'v2']));
  await eventually(() => isUnknown('v1'));

  // Nobody hears of this change: only a new list shows it.
  api.expire(() => api.put(destinationRule('cart', ['v3'])));
  await eventually(async () => !(await isUnknown('v3')));

  api.isBroken = true;
  api.cut();
  await webhook.logged('list or watch failed');
  expect((await webhook.send('GET', '/readyz')).status).toBe(200);
  api.isBroken = false;
  api.put(destinationRule('cart', ['v4']));
  // What was missed in between is in the next list.
  await eventually(() => isUnknown('v3').then((unknown) => unknown || (api.expire(() => undefined), false)));
  expect(await isUnknown('v4')).toBe(false);
});

test('Secrets are not read unless that is asked for, and then nothing but certificates is kept', async () => {
  const secret = {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'tls', namespace: 'shop' },
    data: { key: 'aHVudGVyMg==' },
  };
  api.put(secret);
  await Webhook.ready();
  expect(api.requests.join('\n')).not.toContain('secrets');
  const reading = await Webhook.ready('--read-secrets', '--log-level', 'debug');
  expect(api.requests).toContain('GET /api/v1/secrets');
  const response = await reading.ask(review('UPDATE', secret));
  expect(JSON.stringify(response) + JSON.stringify(reading.log)).not.toMatch(/hunter2|aHVudGVyMg/);
});

test('a kind that may not be read is known to be unknown', async () => {
  api.forbidden.add('/api/v1/services');
  const webhook = await Webhook.ready();
  expect(await webhook.logged('cannot read this kind; references to it are not checked')).toMatchObject({
    resource: 'services',
  });
  expect(await webhook.ask(review('CREATE', route('x', { host: 'nowhere' })))).toEqual({ uid: 'uid-1', allowed: true });
});

test('readiness comes after the lists, health at once', async () => {
  api.isBroken = true;
  const webhook = await Webhook.start();
  expect(await webhook.send('GET', '/healthz')).toMatchObject({ status: 200, text: 'ok\n' });
  const { status, text } = await webhook.send('GET', '/readyz');
  expect({ status, text }).toEqual({
    status: 503,
    text: expect.stringMatching(/^the cluster has not been read .*, and \d+ more\n$/) as string,
  });
  expect((await webhook.send('GET', '/metrics')).text).toContain('\nmeshlint_cache_synced 0\n');
  api.isBroken = false;
  await eventually(async () => (await webhook.send('GET', '/readyz')).status === 200);
  const { text: metrics } = await webhook.send('GET', '/metrics');
  expect(metrics).toContain('\nmeshlint_cache_synced 1\n');
  expect(metrics).toContain('\nmeshlint_cache_objects 4\n');
});

test('a renewed certificate is used without a restart, and one that is not valid is not', async () => {
  const webhook = await Webhook.ready();
  expect((await webhook.send('GET', '/healthz')).subject).toBe('tls.meshlint.test');
  writeFileSync(join(home, 'tls.crt'), 'not a certificate');
  await webhook.logged('the new certificate cannot be used; going on with the old one');
  expect((await webhook.send('GET', '/healthz')).subject).toBe('tls.meshlint.test');
  for (const end of ['crt', 'key'] as const)
    copyFileSync(join(CERTIFICATES, `renewed.${end}`), join(home, `tls.${end}`));
  await webhook.logged('certificate renewed');
  expect((await webhook.send('GET', '/healthz')).subject).toBe('renewed.meshlint.test');
});

test('requests that are not an AdmissionReview get a clear answer', async () => {
  const webhook = await Webhook.ready('--max-body', '1000');
  const json = { 'content-type': 'application/json' };
  const replies = [
    await webhook.send('POST', '/validate', '[', json),
    await webhook.send('POST', '/validate', 'x'.repeat(2000), json),
    await webhook.send('POST', '/validate', 'kind: x', { 'content-type': 'application/yaml' }),
    await webhook.send('POST', '/validate', '{}'),
    await webhook.send('GET', '/validate'),
    await webhook.send('GET', '/etc/passwd'),
  ];
  expect(replies.map(({ status, text }) => [status, (JSON.parse(text) as { error: string }).error])).toEqual([
    [400, expect.stringMatching(/^the body is not valid JSON: /)],
    [413, 'the body is longer than 1000 bytes'],
    [415, 'expected content type application/json, found application/yaml'],
    [415, 'expected content type application/json, found none'],
    [405, 'send an AdmissionReview with POST'],
    [404, 'unknown path; use /validate, /healthz, /readyz or /metrics'],
  ]);
  expect(await webhook.send('GET', '/healthz')).toMatchObject({ status: 200 });
});

test.each(['SIGTERM', 'SIGINT'] as const)(
  '%s: it is not ready any more, answers what is open, and ends',
  async (signal) => {
    const webhook = await Webhook.ready('--shutdown-delay', '0.5');
    webhook.signal(signal);
    await webhook.logged('shutting down');
    const { status, text } = await webhook.send('GET', '/readyz');
    expect({ status, text }).toEqual({ status: 503, text: 'shutting down\n' });
    expect(await webhook.ask(review('CREATE', route('cart', V1)))).toMatchObject({ allowed: true });
    expect(await webhook.ended).toBe(0);
    expect(webhook.log.at(-1)).toMatchObject({ message: 'stopped' });
  },
);

describe('what cannot be started is said in one line', () => {
  const started = (...args: string[]) => {
    const { status, stderr } = spawnSync(process.execPath, [BIN, ...args], { encoding: 'utf8', timeout: SOON });
    return { status, stderr: stderr.replaceAll(home, 'HOME') };
  };

  test('an expired certificate', () => {
    for (const end of ['crt', 'key'] as const)
      copyFileSync(join(CERTIFICATES, `expired.${end}`), join(home, `tls.${end}`));
    expect(started(...optionsOf())).toEqual({
      status: 2,
      stderr: 'meshlint: the certificate "HOME/tls.crt" expired on 2020-02-01T00:00:00.000Z\n',
    });
  });

  test('a key of another certificate', () => {
    copyFileSync(join(CERTIFICATES, 'renewed.key'), join(home, 'tls.key'));
    expect(started(...optionsOf())).toEqual({
      status: 2,
      stderr: 'meshlint: the key "HOME/tls.key" does not belong to the certificate "HOME/tls.crt"\n',
    });
  });

  test.each([
    ['no certificate', 'tls.crt', undefined, 'cannot read "HOME/tls.crt": the file does not exist'],
    ['no PEM', 'tls.crt', 'x', '"HOME/tls.crt" is not a certificate in PEM format'],
    ['no key', 'tls.key', 'x', '"HOME/tls.key" is not a private key in PEM format'],
    ['no kubeconfig', 'kubeconfig', undefined, expect.stringMatching(/^meshlint: cannot read the kubeconfig: /)],
    [
      'an empty kubeconfig',
      'kubeconfig',
      '{}',
      expect.stringMatching(/^meshlint: (cannot read the kubeconfig|no cluster): /),
    ],
  ])('%s', (_, name, content, message) => {
    rmSync(join(home, name));
    if (content !== undefined) writeFileSync(join(home, name), content);
    const { status, stderr } = started(...optionsOf());
    expect({ status, stderr }).toEqual({
      status: 2,
      stderr: typeof message === 'string' ? `meshlint: ${message}\n` : (message as string),
    });
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });

  test('a port that is in use', async () => {
    const other = createServer();
    await new Promise<void>((done) => other.listen(0, '127.0.0.1', done));
    const { port } = other.address() as AddressInfo;
    const made = new Webhook([...optionsOf(), '--port', String(port)]);
    running.push(made);
    try {
      expect(await made.ended).toBe(2);
      expect(made.log).toEqual([{ line: `meshlint: port ${port} is already in use` }]);
    } finally {
      other.close();
    }
  });

  test('no certificate named', () => {
    expect(started('webhook')).toEqual({
      status: 2,
      stderr: "meshlint: required option '--cert <file>' not specified\n",
    });
  });
});
