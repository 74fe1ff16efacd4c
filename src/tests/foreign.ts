/** Reads the test files of other tools: istio-config-validator, and Envoy's router_check_tool. */
import { gatewaysOf, workloadsOfGateway } from '../mesh/gateways/gateways';
import { covers } from '../mesh/services/hostname';
import type { Mesh } from '../mesh/mesh';
import { type NameChoices, choicesFor, fullName } from '../mesh/workloads/name-choices';
import { proxies } from '../mesh/workloads/proxy';
import { type VirtualService, virtualServices } from '../mesh/traffic/virtual-services';
import { gatewayNamed } from '../mesh/gateways/gateways';
import type { Request } from '../simulation/request';
import { check } from '../schema/check';
import type { Field } from '../source/field';
import { Resource } from '../source/resource';
import { Document, type SourceFile } from '../source/file';
import { splitDocuments } from '../source/split';
import { UnreadableYaml, loadValue } from '../source/values';
import { API_VERSION } from './read';
import type { Complaint, Expectation, RouteTarget, Suite, TestCase } from './suite';

/** A file of another tool: its tests can be written down once it is known which mesh they are for. */
export interface ForeignSuite {
  readonly complaints: readonly Complaint[];
  readonly on: (mesh: Mesh, proxy: string | undefined) => Suite | MissingSender;
}

/** Why nothing in a mesh could send the requests. */
export type MissingSender = {
  readonly missing:
    | { readonly kind: 'proxy'; readonly name: string; readonly choices: NameChoices }
    | { readonly kind: 'sender'; readonly authority: string };
};

interface ValidatorCase {
  description?: string;
  wantMatch?: boolean;
  request?: {
    authority?: string[];
    method?: string[];
    uri?: string[];
    headers?: Record<string, string>;
  };
  route?: { destination?: { host?: string; subset?: string; port?: { number?: number } }; weight?: number }[];
  redirect?: { uri?: string; authority?: string };
  rewrite?: { uri?: string; authority?: string };
}

interface RouterCase {
  test_name?: string;
  input?: {
    authority?: string;
    path?: string;
    method?: string;
    ssl?: boolean;
    additional_request_headers?: { key?: string; value?: string }[];
  };
  validate?: {
    cluster_name?: string;
    virtual_host_name?: string;
    host_rewrite?: string;
    path_rewrite?: string;
    path_redirect?: string;
    code_redirect?: number;
    request_header_matches?: HeaderMatch[];
    response_header_matches?: HeaderMatch[];
  };
}

interface HeaderMatch {
  name?: string;
  string_match?: { exact?: string };
  exact_match?: string;
}

/** The tests of another tool in a file; undefined where it holds none. */
export function foreignSuiteIn(file: SourceFile): ForeignSuite | undefined {
  for (const slice of splitDocuments(file.text)) {
    const document = new Document(file, slice, undefined);
    const value = valueOf(document);
    if (value === undefined) continue;
    const root = new Resource(document, [], value);
    if (Array.isArray(value.testCases)) return validatorSuite(root as Resource<{ testCases: ValidatorCase[] }>);
    if (Array.isArray(value.tests)) return routerSuite(root as Resource<{ tests: RouterCase[] }>);
  }
  return undefined;
}

/** What a document holds, if that is a map; a document that cannot be read, such as a template, holds no tests. */
function valueOf({ text }: Document): { testCases?: unknown; tests?: unknown } | undefined {
  try {
    const value = loadValue(text);
    return value !== null && typeof value === 'object' ? value : undefined;
  } catch (error) {
    if (error instanceof UnreadableYaml) return undefined;
    throw error;
  }
}

function validatorSuite(root: Resource<{ testCases: ValidatorCase[] }>): ForeignSuite {
  const complaints = root.value.testCases.flatMap((written: ValidatorCase | null, index): Complaint[] => {
    const place = root.at(['testCases', index]);
    const { authority, uri } = written?.request ?? {};
    if (Array.isArray(authority) && Array.isArray(uri)) return misfits(place, 'ValidatorCase');
    return [{ place, message: 'a test case has a request with lists "authority" and "uri"' }];
  });
  return {
    complaints,
    on: (mesh, proxy) => {
      const cases: TestCase[] = [];
      for (const [index, written] of root.value.testCases.entries())
        for (const one of combinations(written)) {
          const sender = senderOf(mesh, one.authority, proxy);
          if ('missing' in sender) return sender;
          const place = root.at(['testCases', index]);
          const name = `${written.description ?? `test case ${index + 1}`}: ${one.method} ${one.authority}${one.uri}`;
          const request = {
            ...sender,
            url: `http://${one.authority}${one.uri}`,
            method: one.method,
            headers: one.headers,
          };
          cases.push({ name, place, request, expect: expectedBy(written), placeOf: () => place });
        }
      return { path: root.file.path, mesh: [], cases };
    },
  };
}

function combinations({ request = {} }: ValidatorCase) {
  const { authority = [], method = ['GET'], uri = [], headers = {} } = request;
  const given = Object.entries(headers);
  return authority.flatMap((host) =>
    method.flatMap((verb) => uri.map((path) => ({ authority: host, method: verb, uri: path, headers: given }))),
  );
}

function expectedBy({ wantMatch = true, route, redirect, rewrite }: ValidatorCase): Expectation {
  const to = (route ?? []).map(({ destination = {}, weight }): RouteTarget => {
    const { host = '', subset, port } = destination;
    const share = route!.length > 1 && weight !== undefined ? { share: weight } : {};
    return { host, ...(subset && { subset }), ...(port?.number && { port: port.number }), ...share };
  });
  if (!wantMatch) return to.length > 0 ? { route: { is: false, to } } : { status: 404 };
  return {
    ...(to.length > 0 && { route: { is: true, to } }),
    ...(redirect && { status: 301 }),
    ...(rewrite?.uri !== undefined || rewrite?.authority !== undefined
      ? {
          upstream: {
            ...(rewrite.uri !== undefined && { path: rewrite.uri }),
            ...(rewrite.authority !== undefined && { host: rewrite.authority }),
          },
        }
      : {}),
  };
}

function routerSuite(root: Resource<{ tests: RouterCase[] }>): ForeignSuite {
  const complaints = root.value.tests.flatMap((test: RouterCase | null, index): Complaint[] => {
    const place = root.at(['tests', index]);
    const { authority, path } = test?.input ?? {};
    if (typeof authority === 'string' && typeof path === 'string') return misfits(place, 'RouterCase');
    return [{ place, message: missingInput(test) }];
  });
  return {
    complaints,
    on: (mesh, proxy) => {
      const cases: TestCase[] = [];
      for (const [index, { test_name, input = {}, validate = {} }] of root.value.tests.entries()) {
        const { authority = '', path = '/', method = 'GET', ssl, additional_request_headers = [] } = input;
        const sender = senderOf(mesh, authority, proxy);
        if ('missing' in sender) return sender;
        const place = root.at(['tests', index]);
        const headers = additional_request_headers.map(({ key = '', value = '' }) => [key, value] as const);
        const request = { ...sender, url: `${ssl ? 'https' : 'http'}://${authority}${path}`, method, headers };
        const name = test_name ?? `test ${index + 1}`;
        cases.push({ name, place, request, expect: validated(validate), placeOf: () => place });
      }
      return { path: root.file.path, mesh: [], cases };
    },
  };
}

/** What of a test has another type than its format has there; see schemas/meshlint-test.json. */
function misfits(test: Field, kind: 'ValidatorCase' | 'RouterCase'): Complaint[] {
  const { violations } = check('meshlint-test', kind, test.value);
  return violations.map(({ path, on, message }) => {
    const field = path.reduce<Field>((at, step) => at.child(step), test);
    return { place: on === 'key' ? field.key : field, message };
  });
}

const missingInput = (test: unknown): string =>
  typeof test === 'object' && test !== null && 'request' in test
    ? `a test with a "request" belongs into a document that begins with "apiVersion: ${API_VERSION}" and "kind: Test"`
    : 'a test has an input with "authority" and "path"';

function validated(validate: NonNullable<RouterCase['validate']>): Expectation {
  const { cluster_name, virtual_host_name, host_rewrite, path_rewrite, path_redirect, code_redirect } = validate;
  const sent = headersOf(validate.request_header_matches);
  const answered = headersOf(validate.response_header_matches);
  return {
    ...(cluster_name === '' && { status: 404 }),
    ...(cluster_name && { cluster: cluster_name }),
    ...(virtual_host_name && { virtualHost: virtual_host_name }),
    ...(path_redirect && { location: path_redirect }),
    ...(code_redirect && { status: code_redirect }),
    ...(host_rewrite || path_rewrite || sent
      ? {
          upstream: {
            ...(host_rewrite && { host: host_rewrite }),
            ...(path_rewrite && { path: path_rewrite }),
            ...(sent && { headers: sent }),
          },
        }
      : {}),
    ...(answered && { headers: answered }),
  };
}

function headersOf(matches: readonly HeaderMatch[] | undefined): Record<string, string> | undefined {
  const exact = (matches ?? []).flatMap(({ name, string_match, exact_match }) => {
    const value = string_match?.exact ?? exact_match;
    return name !== undefined && value !== undefined ? [[name, value] as const] : [];
  });
  return exact.length > 0 ? Object.fromEntries(exact) : undefined;
}

/** Who sends a request for a host: the proxy that is asked for, else a gateway with routes for it, else any sidecar. */
function senderOf(
  mesh: Mesh,
  authority: string,
  proxy: string | undefined,
): Pick<Request, 'from' | 'gateway'> | MissingSender {
  const all = proxies(mesh);
  const wanted = proxy === undefined ? undefined : all.find((each) => fullName(each) === proxy);
  if (proxy !== undefined && !wanted)
    return { missing: { kind: 'proxy', name: proxy, choices: choicesFor(mesh, proxy, all.map(fullName)) } };
  const host = authority.replace(/:\d+$/, '');
  const chosen = wanted ?? gatewayFor(mesh, host) ?? all.find(({ kind }) => kind === 'sidecar');
  if (!chosen) return { missing: { kind: 'sender', authority } };
  return chosen.kind === 'gateway' ? { gateway: fullName(chosen) } : { from: fullName(chosen) };
}

function gatewayFor(mesh: Mesh, host: string) {
  const names = new Set(
    virtualServices(mesh)
      .filter(({ hosts }) => hosts.some(({ name }) => covers(name, host)))
      .flatMap(({ gateways }: VirtualService) => gateways.map(({ name }) => name)),
  );
  return proxies(mesh).find(
    (each) =>
      each.kind === 'gateway' &&
      gatewaysOf(mesh, each).some(({ namespace, name }) => names.has(`${namespace}/${name}`)),
  );
}

/** Workloads that tests need and configuration alone does not hold: one for each Gateway without any, and a client. */
export function standIns(mesh: Mesh): string {
  const gateways = virtualServices(mesh).flatMap(({ gateways, namespace }) =>
    gateways.flatMap(({ name }) => gatewayNamed(mesh, name, namespace) ?? []),
  );
  const bare = [...new Set(gateways)].filter((gateway) => workloadsOfGateway(mesh, gateway).length === 0);
  const needsClient = !proxies(mesh).some(({ kind }) => kind === 'sidecar');
  return [
    ...bare.map(({ namespace, value }) => pod('meshlint-gateway', namespace, value.spec?.selector ?? {}, true)),
    ...(needsClient ? [pod('meshlint-client', 'default', { app: 'meshlint-client' }, false)] : []),
  ].join('');
}

const pod = (name: string, namespace: string, labels: object, isGateway: boolean): string =>
  `---\n${JSON.stringify({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace },
    spec: {
      template: {
        metadata: {
          labels: { ...labels, 'sidecar.istio.io/inject': 'true' },
          ...(isGateway && { annotations: { 'inject.istio.io/templates': 'gateway' } }),
        },
        spec: { containers: [{ name: isGateway ? 'istio-proxy' : 'client', image: 'auto' }] },
      },
    },
  })}\n`;
