import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { translation } from '../src/legacy/translation/translation';
import { Mesh } from '../src/mesh/mesh';
import { mtlsOf } from '../src/mesh/policies/authentication';
import { callIn, callResultOf } from '../src/simulation/call';
import { simulate } from '../src/simulate';
import { read } from '../src/source/read';
import { meshOf, object } from './mesh-of';

const FOLDER = 'fixtures/legacy/calls';

const meshIn = (scenario: string): Mesh => {
  const input = join(FOLDER, scenario, 'input');
  const files = readdirSync(input).map((name) => read(name, readFileSync(join(input, name), 'utf8')));
  return new Mesh(files, { release: '1.4', translate: (mesh) => translation(mesh).objects });
};

/** What became of calls under the configuration of the real Pilot 1.4.3. */
test.each(readdirSync(FOLDER))('calls in %s are answered as under Pilot 1.4.3', (scenario) => {
  const text = readFileSync(join(FOLDER, scenario, 'requests.json'), 'utf8');
  const cases = JSON.parse(text) as { request: { name: string }; expected: unknown }[];
  const mesh = meshIn(scenario);
  const answers = cases.map(({ request }, index) => callResultOf(simulate(mesh, callIn(request, index).request)));
  expect(answers.map((answer, index) => ({ name: cases[index]!.request.name, ...answer }))).toEqual(
    cases.map(({ request, expected }): unknown =>
      expect.objectContaining({ name: request.name, ...(expected as object) }),
    ),
  );
});

const RELEASE = { release: '1.4', translate: (mesh: Mesh) => translation(mesh).objects } as const;

test('a translated policy stands where its origin does', () => {
  const mesh = meshOf(
    object(
      'authentication.istio.io/v1alpha1',
      'Policy',
      'shop/default',
      'spec:\n  peers:\n  - mtls: {mode: PERMISSIVE}',
    ),
    RELEASE,
  );
  const { mode, field } = mtlsOf(mesh, { namespace: 'shop', labels: {} });
  expect(mode).toBe('PERMISSIVE');
  expect(field?.range.start).toEqual({ line: 7, column: 18 });
});

test('an action of a later release is dropped: the policy allows', () => {
  const policy = object(
    'security.istio.io/v1beta1',
    'AuthorizationPolicy',
    'shop/p',
    'spec: {action: DENY, rules: [{}]}',
  );
  const [stored] = meshOf(policy, RELEASE).all('AuthorizationPolicy');
  expect(stored?.value.spec).toEqual({ rules: [{}] });
});

test.each([
  ['subjects: [{properties: {source.team: a}}], roleRef: {kind: ServiceRole, name: r}', 'unknown property'],
  ["subjects: [{user: '*'}], role: r", 'binding without roleRef'],
])('%s is left out with a reason', (binding, reason) => {
  const rbac = 'rbac.istio.io/v1alpha1';
  const mesh = meshOf(
    object(rbac, 'ClusterRbacConfig', 'default', "spec: {mode: 'ON'}") +
      object(rbac, 'ServiceRole', 'shop/r', "spec: {rules: [{services: ['*']}]}") +
      object(rbac, 'ServiceRoleBinding', 'shop/b', `spec: {${binding}}`) +
      object('v1', 'Service', 'shop/s', 'spec: {selector: {app: s}, ports: [{name: http, port: 80}]}'),
    { release: '1.4' },
  );
  expect(translation(mesh).untranslated.map((each) => each.reason)).toEqual([reason]);
});
