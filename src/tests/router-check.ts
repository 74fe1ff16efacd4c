/** Reads the tests of Envoy's router_check_tool. */
import type { HeaderMatcher } from '../envoy/config';
import type { Resource } from '../source/resource';
import { misfits } from './misfits';
import { API_VERSION } from './read';
import { senderOf } from './senders';
import type { Complaint, Expectation, ForeignSuite, TestCase } from './suite';

/** One test as it is written. */
export interface RouterCase {
  readonly test_name?: string;
  readonly input?: {
    readonly authority?: string;
    readonly path?: string;
    readonly method?: string;
    readonly ssl?: boolean;
    readonly random_value?: number;
    readonly additional_request_headers?: readonly HeaderValue[];
    readonly additional_response_headers?: readonly HeaderValue[];
  };
  readonly validate?: {
    readonly cluster_name?: string;
    readonly virtual_cluster_name?: string;
    readonly virtual_host_name?: string;
    readonly host_rewrite?: string;
    readonly path_rewrite?: string;
    readonly path_redirect?: string;
    readonly code_redirect?: number;
    readonly request_header_matches?: readonly object[];
    readonly response_header_matches?: readonly object[];
  };
}

interface HeaderValue {
  readonly key?: string;
  readonly value?: string;
}

/** The tests of one document. */
export function routerSuite(root: Resource<{ tests: RouterCase[] }>): ForeignSuite {
  const complaints = root.value.tests.flatMap((test: RouterCase | null, index): Complaint[] => {
    const place = root.at(['tests', index]);
    const { authority, path } = test?.input ?? {};
    if (typeof authority !== 'string' || typeof path !== 'string') return [{ place, message: missingInput(test) }];
    const found = misfits(place, 'RouterCase');
    if (found.length > 0 || Object.keys(test?.validate ?? {}).length > 0) return found;
    return [{ place, message: 'this test expects nothing; set a member of "validate", such as "cluster_name"' }];
  });
  return {
    complaints,
    on: (mesh, proxy) => {
      const cases: TestCase[] = [];
      for (const [index, { test_name, input = {}, validate = {} }] of root.value.tests.entries()) {
        const { authority = '', path = '/', method = 'GET', ssl, random_value: random } = input;
        const sender = senderOf(mesh, authority, proxy);
        if ('missing' in sender) return sender;
        const place = root.at(['tests', index]);
        const headers = headersIn(input.additional_request_headers);
        const answerHeaders = headersIn(input.additional_response_headers);
        cases.push({
          name: test_name ?? `test ${index + 1}`,
          place,
          request: { ...sender, url: `${ssl ? 'https' : 'http'}://${authority}${path}`, method, headers },
          options: {
            ...(random !== undefined && { random }),
            ...(answerHeaders.length > 0 && { answer: { headers: answerHeaders } }),
          },
          expect: validated(validate),
          placeOf: () => place,
        });
      }
      return { path: root.file.path, mesh: [], cases };
    },
  };
}

const headersIn = (headers: readonly HeaderValue[] = []) =>
  headers.map(({ key = '', value = '' }) => [key, value] as const);

const missingInput = (test: unknown): string =>
  typeof test === 'object' && test !== null && 'request' in test
    ? `a test with a "request" belongs into a document that begins with "apiVersion: ${API_VERSION}" and "kind: Test"`
    : 'a test has an input with "authority" and "path"';

/** An empty text expects that there is none. */
function validated(validate: NonNullable<RouterCase['validate']>): Expectation {
  const { cluster_name: cluster, virtual_cluster_name: virtualCluster, virtual_host_name: virtualHost } = validate;
  const { host_rewrite: host, path_rewrite: path, path_redirect: location, code_redirect: status } = validate;
  return {
    ...(cluster !== undefined && { cluster }),
    ...(virtualCluster !== undefined && { virtualCluster }),
    ...(virtualHost !== undefined && { virtualHost }),
    ...(location !== undefined && { location }),
    ...(status !== undefined && { status }),
    ...((host !== undefined || path !== undefined) && {
      upstream: { ...(host !== undefined && { host }), ...(path !== undefined && { path }) },
    }),
    requestMatches: matchersIn(validate.request_header_matches),
    responseMatches: matchersIn(validate.response_header_matches),
  };
}

const matchersIn = (matches: readonly object[] = []): HeaderMatcher[] =>
  matches.map((each) => inCamelCase(each) as HeaderMatcher);

/** protobuf reads names in both forms. */
function inCamelCase(value: unknown): unknown {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()),
      inCamelCase(inner),
    ]),
  );
}
