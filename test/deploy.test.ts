/** The manifests in deploy/: linted by meshlint itself, with exactly the rights that the webhook needs. */
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { followedKinds } from '../src/cli/webhook/followed-kinds';
import { read } from '../src/source/read';
import { isClusterScoped } from '../src/source/scope';
import { BIN, run } from './command';

const PLAIN = 'deploy/webhook.yaml';
const CHART = 'deploy/chart';

const HEAD = `# The admission webhook of meshlint with certificates of cert-manager, see docs/webhook.md.
# Written from deploy/chart by \`WRITE=1 npx jest test/deploy.test.ts\`, which needs Helm.
apiVersion: v1
kind: Namespace
metadata:
  name: meshlint
`;

type Values = Record<string, unknown>;

const objects = () => read(PLAIN, readFileSync(PLAIN, 'utf8')).resources.map(({ value }) => value as never as Values);
const objectOf = <Of>(kind: string): Of => objects().find((each) => each['kind'] === kind) as Of;

const lintOf = (path: string, input?: string) =>
  run(
    process.execPath,
    [BIN, 'lint', path, '--all-kinds', '--info', '--no-config'],
    input === undefined ? {} : { input },
  );

interface Rule {
  apiGroups: string[];
  resources: string[];
  verbs: string[];
}

const rights = ({ rules }: { rules: Rule[] }): string[] =>
  rules
    .flatMap(({ apiGroups, resources, verbs }) =>
      apiGroups.flatMap((group) => resources.flatMap((name) => verbs.map((verb) => `${verb} ${name}.${group}`))),
    )
    .sort();

test('the plain manifests have no findings', () => {
  const { status, stdout } = lintOf(PLAIN);
  expect({ status, stdout }).toEqual({ status: 0, stdout: expect.stringMatching(/^no findings \(/) as string });
});

test('the service account may list and watch what the webhook follows, and nothing else', () => {
  const followed = followedKinds({ istioNamespace: 'istio-system' });
  const everywhere = followed.filter(({ only }) => !only);
  const needed = everywhere.flatMap(({ resource, group }) =>
    ['list', 'watch'].map((verb) => `${verb} ${resource.split('.')[0]}.${group}`),
  );
  expect(rights(objectOf('ClusterRole'))).toEqual(needed.sort());
  const role = objectOf<{ metadata: { namespace: string }; rules: (Rule & { resourceNames: string[] })[] }>('Role');
  expect(role.metadata.namespace).toBe('istio-system');
  expect(rights(role)).toEqual(['list configmaps.', 'watch configmaps.']);
  expect(role.rules[0]!.resourceNames).toEqual(followed.flatMap(({ only }) => (only ? [only.name] : [])));
});

interface Webhooks {
  webhooks: { name: string; failurePolicy: string; sideEffects: string; rules: Omit<Rule, 'verbs'>[] }[];
}

test('every kind of Istio and the Gateway API that may be changed is checked, and nothing that could block the cluster', () => {
  const { webhooks } = objectOf<Webhooks>('ValidatingWebhookConfiguration');
  const groups = webhooks.flatMap(({ rules }) => rules.flatMap(({ apiGroups }) => apiGroups));
  const ofMesh = followedKinds({ istioNamespace: 'istio-system' })
    .map(({ group }) => group)
    .filter((group) =>
      /^(networking|security|telemetry|extensions)\.istio\.io$|^gateway\.networking\.k8s\.io$/.test(group),
    );
  expect(new Set(groups)).toEqual(new Set([...ofMesh, '']));
  for (const { rules, sideEffects, failurePolicy } of webhooks) {
    expect(sideEffects).toBe('None');
    for (const { apiGroups, resources } of rules.filter(({ apiGroups: each }) => each.includes('')))
      expect({ apiGroups, resources, failurePolicy }).toEqual({
        apiGroups: [''],
        resources: ['services'],
        failurePolicy: 'Ignore',
      });
  }
});

test('cluster-wide objects have one name, so that removing them leaves nothing', () => {
  const names = read(PLAIN, readFileSync(PLAIN, 'utf8')).resources.flatMap(({ group, kind, name }) =>
    isClusterScoped(group, kind) ? [name] : [],
  );
  expect(new Set(names)).toEqual(new Set(['meshlint']));
});

describe('the chart', () => {
  const helm = (...values: string[]) =>
    spawnSync(
      'helm',
      ['template', 'meshlint', CHART, '--namespace', 'meshlint', ...values.flatMap((each) => ['--set', each])],
      {
        encoding: 'utf8',
      },
    );
  const withHelm = helm().error === undefined ? test : test.skip;

  withHelm('renders the plain manifests', () => {
    const now = `${HEAD}${helm().stdout.replace(/^# Source: .*\n/gm, '')}`;
    if (process.env['WRITE']) writeFileSync(PLAIN, now);
    else expect(now).toBe(readFileSync(PLAIN, 'utf8'));
  });

  withHelm.each([
    [['certificate.from=generated']],
    [['certificate.from=secret', 'certificate.caBundle=eA==']],
    [['readSecrets=true', 'config.rules.unknown-host=error', 'failurePolicy=Fail', 'checkServices=false']],
  ])('has no findings with %s', (values) => {
    const { stdout: text } = helm(...values);
    const { status, stdout } = lintOf('-', text);
    expect({ status, stdout }).toEqual({ status: 0, stdout: expect.stringMatching(/^no findings \(/) as string });
  });

  withHelm.each([
    ['certificate.from=nothing', 'certificate.from must be cert-manager, generated or secret'],
    ['certificate.from=secret', 'certificate.from: secret requires certificate.caBundle'],
  ])('refuses %s', (value, message) => {
    expect(helm(value).stderr).toContain(message);
  });
});
