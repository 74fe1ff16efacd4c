// What share of the status conditions that Istio sets to False `meshlint lint` reports, by Istio's reason.
//
//   npm run conditions -- [--all] --istio CHECKOUT [--gateway-api CHECKOUT]
//
// The inputs are Istio's own cases for the Gateway API, with the statuses that it expects, and the conformance tests of the Gateway
// API, whose False conditions are read from their Go code. A condition is reported if a finding of the object has its reason as a
// counterpart. Errors at objects of which no condition is False are listed as well. --all prints the conditions that are reported too.
// The exit status is 1 where a share is below the target, or a conformance test without False conditions has an error.
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { loadAll } from 'js-yaml';
import { Mesh, lint, read, rules } from '../dist/index.cjs';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..');
const TARGET = 0.85;

const { values: options } = parseArgs({
  options: { istio: { type: 'string' }, 'gateway-api': { type: 'string' }, all: { type: 'boolean' } },
});
if (!options.istio && !options['gateway-api']) {
  console.error('usage: npm run conditions -- [--all] --istio CHECKOUT [--gateway-api CHECKOUT]');
  process.exit(2);
}

/** Kinds and reasons that only exist behind feature flags which are off by default. */
const ALPHA = /^(InferencePool|XBackend|XBackendTrafficPolicy|UDPRoute)$/;
/** Inputs about such features. */
const ALPHA_CASES =
  /^(backend-lb-policy|backend-traffic-policy|mix-backend-policy|xbackend|.*inferencepool)|^udproute-/;

/** Conditions whose good status is False. */
const isBad = ({ type, status }) => status === (type === 'Conflicted' ? 'True' : 'False');

/** The findings in the first of some files; the rest of the mesh is in the others. */
function findingsIn(files) {
  const mesh = new Mesh(
    Object.entries(files).map(([name, text]) => read(name, text)),
    { world: 'closed' },
  );
  const [first] = Object.keys(files);
  return lint(mesh, rules, { today: '2026-06-01' }).findings.filter(({ place }) => place.file.path === first);
}

const keyOf = (kind, namespace, name) => `${kind} ${namespace}/${name}`.toLowerCase();

/** The conditions of a status that are bad: { key, part, type, reason }. */
function conditionsOf({ kind, metadata: { namespace, name }, status = {} }) {
  const key = keyOf(kind, namespace, name);
  const { conditions = [], listeners = [], parents = [], ancestors = [] } = status;
  const parts = [
    ['', conditions],
    ...listeners.map((each) => [`listener ${each.name}`, each.conditions]),
    ...parents.map((each) => [`parent ${Object.values(each.parentRef).join(' ')}`, each.conditions]),
    ...ancestors.map((each) => [`ancestor ${each.ancestorRef.name}`, each.conditions]),
  ];
  return parts.flatMap(([part, all = []]) =>
    all.filter(isBad).map(({ type, reason, message }) => ({ key, part, type, reason, message })),
  );
}

const ISTIO_TESTS = join('pilot', 'pkg', 'config', 'kube', 'gateway');
const portOf = (port) => ({ name: { 80: 'http', 443: 'https' }[port] ?? `tcp-${port}`, port, protocol: 'TCP' });

/** A host that Istio's test knows, as a Service or ServiceEntry; backends have the ports that routes name, as no condition asks for them. */
function hostOf(host, named) {
  const [name, namespace, ...rest] = host.split('.');
  const isService = rest.join('.') === 'svc.domain.suffix';
  const own = name === 'istio-ingressgateway' ? [80, 443, 34000, 34001] : [80, 34000, 34001, ...named];
  const ports = [...new Set(own)].map(portOf);
  if (isService) return { apiVersion: 'v1', kind: 'Service', metadata: { name, namespace }, spec: { ports } };
  return {
    apiVersion: 'networking.istio.io/v1',
    kind: 'ServiceEntry',
    metadata: { name: host.replaceAll('.', '-'), namespace: host === 'example.com' ? 'istio-system' : 'default' },
    spec: {
      hosts: [host],
      ports: ports.map(({ name, port }) => ({ name, number: port, protocol: port === 80 ? 'HTTP' : 'TCP' })),
      location: 'MESH_EXTERNAL',
      resolution: 'DNS',
    },
  };
}

/** A Secret or ConfigMap with PEM under some keys. */
function holderOf(kind, namespace, name, content) {
  const metadata = { name, namespace };
  return { apiVersion: 'v1', kind, metadata, ...(kind === 'Secret' ? { stringData: content } : { data: content }) };
}

/** The Services, Secrets and ConfigMaps that Istio's test has besides its inputs. */
function istioBase(source, certificate, named) {
  const hosts = new Set([...source.matchAll(/Hostname: +"([\w.-]+)"/g)].map(([, host]) => host));
  const holders = source.matchAll(
    /&corev1\.(Secret|ConfigMap)\{\s*ObjectMeta[^}]*?Name: +"([\w-]+)",\s*Namespace: +"([\w-]+)",\s*\},\s*Data:[^{]*\{([^}]*)\}/g,
  );
  return [
    ...[...hosts].map((host) => hostOf(host, named)),
    ...[...holders].map(([, kind, name, namespace, body]) => {
      const entries = [...body.matchAll(/"([\w.-]+)": +(.*?),\n/g)];
      const content = entries.map(([, key, value]) => [
        key,
        /CertPEM/.test(value) ? certificate['tls.crt'] : /KeyPEM/.test(value) ? certificate['tls.key'] : 'hello',
      ]);
      return holderOf(kind, namespace, name, Object.fromEntries(content));
    }),
  ];
}

/** What counts for an input: whether each bad condition has a finding with its reason, and the errors at good objects. */
function judge(name, { files, expected, isGood }) {
  const said = findingsIn(files).map(({ place, rule, message, severity, sameAs }) => {
    const { resource } = place;
    const key = resource ? keyOf(resource.kind, resource.namespace, resource.name) : '';
    return { name, key, rule: rule.name, message, severity, sameAs };
  });
  const rows = expected.map((each) => ({
    ...each,
    name,
    isReported: said.some(({ key, sameAs }) => (!each.key || key === each.key) && sameAs.includes(each.reason)),
  }));
  return { rows, errors: said.filter(({ key, severity }) => severity === 'error' && isGood(key)) };
}

const dump = (objects) => objects.map((each) => `---\n${JSON.stringify(each)}\n`).join('');

/** A Gateway that Istio deploys has its Service as soon as it is deployed: the test only lacks it. */
const lacksDeployment =
  (gateways) =>
  ({ key, reason }) =>
    reason === 'AddressNotUsable' && gateways.get(key)?.spec.addresses === undefined;

/** The namespaces of an input with the label that Istio's test gives them. */
const namespacesOf = (objects) =>
  [...new Set(objects.flatMap(({ metadata }) => metadata.namespace ?? []))].map((name) => ({
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name, labels: { 'istio.io/test-name-part': name.split('-')[0] } },
  }));

/** Istio's own inputs. */
function istioCases(checkout, certificate) {
  const folder = join(checkout, ISTIO_TESTS);
  const source = readFileSync(join(folder, 'conversion_test.go'), 'utf8');
  const names = readdirSync(join(folder, 'testdata')).flatMap(
    (file) => /^(.*)\.status\.yaml\.golden$/.exec(file)?.[1] ?? [],
  );
  return names
    .filter((name) => !ALPHA_CASES.test(name))
    .map((name) => {
      // Names in upper case are refused by the API server.
      const text = readFileSync(join(folder, 'testdata', `${name}.yaml`), 'utf8').replace(/(?<=name: .*)Ref-/g, 'ref-');
      const objects = loadAll(text).filter(Boolean);
      const named = [...text.matchAll(/^ +(?:- )?port: (\d+)$/gm)].map(([, port]) => Number(port));
      const golden = readFileSync(join(folder, 'testdata', `${name}.status.yaml.golden`), 'utf8');
      const statuses = loadAll(golden).filter((each) => each && !ALPHA.test(each.kind));
      const gateways = objects.filter(({ kind }) => kind === 'Gateway');
      const isArtefact = lacksDeployment(
        new Map(gateways.map((each) => [keyOf(each.kind, each.metadata.namespace, each.metadata.name), each])),
      );
      const expected = statuses.flatMap(conditionsOf).filter((each) => !isArtefact(each));
      const bad = new Set(statuses.flatMap(conditionsOf).map(({ key }) => key));
      const good = new Set(statuses.map((each) => keyOf(each.kind, each.metadata.namespace, each.metadata.name)));
      const isGood = (key) => good.has(key) && !bad.has(key);
      return [
        name,
        {
          files: {
            'case.yaml': text,
            'base.yaml': dump([...istioBase(source, certificate, named), ...namespacesOf(objects)]),
          },
          expected,
          isGood,
        },
      ];
    });
}

/** The reasons of the False conditions that a conformance test of the Gateway API waits for. */
function reasonsIn(source) {
  const literals = [...source.matchAll(/Status:\s+metav1\.ConditionFalse,\s*Reason:\s+string\(\w+\.(\w+)\)/g)];
  const names = literals.map(([, constant]) => /Reason(\w+)$/.exec(constant)?.[1] ?? constant);
  return [...new Set(names)].filter((reason) => reason !== 'NoConflicts');
}

/** The Secrets and ConfigMaps that the conformance suite creates. */
function suiteBase(source, certificate) {
  const namespaces = { Infrastructure: 'infra', WebBackend: 'web-backend', AppBackend: 'app-backend' };
  const made = source.matchAll(
    /MustCreate(\w+?)(Secret|ConfigMap)\(t, (?:(\w+)Namespace|"gateway-conformance-(infra)"), "([\w-]+)"/g,
  );
  return [...made].map(([, , kind, constant, literal, name]) => {
    const namespace = `gateway-conformance-${literal ?? namespaces[constant]}`;
    return holderOf(kind, namespace, name, kind === 'ConfigMap' ? { 'ca.crt': certificate['tls.crt'] } : certificate);
  });
}

/** The conformance tests of the Gateway API. */
function conformanceCases(checkout, certificate) {
  const folder = join(checkout, 'conformance');
  const fill = (text) =>
    text
      .replaceAll('{GATEWAY_CLASS_NAME}', 'istio')
      .replaceAll('{GATEWAY_CONTROLLER_NAME}', 'istio.io/gateway-controller');
  const manifests = fill(readFileSync(join(folder, 'base', 'manifests.yaml'), 'utf8'));
  const suite = dump(suiteBase(readFileSync(join(folder, 'utils', 'suite', 'suite.go'), 'utf8'), certificate));
  const tests = readdirSync(join(folder, 'tests')).filter((file) => file.endsWith('.yaml'));
  return tests.flatMap((file) => {
    const code = join(folder, 'tests', file.replace(/yaml$/, 'go'));
    if (!existsSync(code) || ALPHA_CASES.test(file)) return [];
    const text = fill(readFileSync(join(folder, 'tests', file), 'utf8'));
    const expected = reasonsIn(readFileSync(code, 'utf8')).map((reason) => ({ reason }));
    const files = { 'case.yaml': text, 'base.yaml': `${manifests}\n${suite}` };
    return [[file, { files, expected, isGood: () => expected.length === 0 }]];
  });
}

/** A certificate of the fixtures with its key. */
function fixtureCertificate() {
  const text = readFileSync(join(ROOT, 'fixtures', 'rules', 'expired-certificate', 'valid.yaml'), 'utf8');
  const secret = loadAll(text).find((each) => each?.kind === 'Secret');
  const clear = ([key, value]) => [key, Buffer.from(value, 'base64').toString()];
  return { ...Object.fromEntries(Object.entries(secret.data ?? {}).map(clear)), ...secret.stringData };
}

/** Prints what is not reported, and the errors at good objects; says whether the target is met. */
function measure(title, cases) {
  const judged = cases.map(([name, one]) => judge(name, one));
  const rows = judged.flatMap((each) => each.rows);
  const errors = judged.flatMap((each) => each.errors);
  for (const { name, key = '', part = '', type = '', reason, message = '', isReported } of rows)
    if (options.all || !isReported)
      console.log(
        [isReported ? 'reported' : 'silent', name, key, part, type, reason, message].filter(Boolean).join(' | '),
      );
  for (const { name, key, rule, message } of errors)
    console.log(`error at a good object | ${name} | ${key} | ${message} [${rule}]`);
  const reported = rows.filter(({ isReported }) => isReported).length;
  const share = ((100 * reported) / rows.length).toFixed(1);
  console.log(
    `${title}: ${reported} of ${rows.length} False conditions are reported (${share} %), ${errors.length} errors at good objects`,
  );
  return { isReached: reported >= TARGET * rows.length, errors: errors.length };
}

const certificate = fixtureCertificate();
const istio = options.istio && measure('Istio', istioCases(options.istio, certificate));
const api = options['gateway-api'] && measure('Gateway API', conformanceCases(options['gateway-api'], certificate));
// Istio's own inputs hold routes that work for the control plane and never for requests, so errors there are only shown.
process.exitCode = istio?.isReached === false || api?.isReached === false || api?.errors > 0 ? 1 : 0;
