/** Reads the tests of istio-config-validator, which are about what VirtualServices say. */
import type { HTTPRoute } from '../schema/kinds/networking';
import type { Resource } from '../source/resource';
import { misfits } from './misfits';
import { senderOf } from './senders';
import type { Complaint, Expectation, ForeignSuite, RouteTarget, TestCase } from './suite';

/** One test as it is written. */
export interface ValidatorCase extends Pick<
  HTTPRoute,
  'route' | 'redirect' | 'rewrite' | 'fault' | 'headers' | 'delegate'
> {
  readonly description?: string;
  readonly wantMatch?: boolean;
  readonly request?: {
    readonly authority?: string[];
    readonly method?: string[];
    readonly uri?: string[];
    readonly headers?: Record<string, string>;
  };
}

/** The tests of one document. */
export function validatorSuite(root: Resource<{ testCases: ValidatorCase[] }>): ForeignSuite {
  const complaints = root.value.testCases.flatMap((written: ValidatorCase | null, index): Complaint[] => {
    const place = root.at(['testCases', index]);
    const { authority, uri } = written?.request ?? {};
    if (!Array.isArray(authority) || !Array.isArray(uri))
      return [{ place, message: 'a test case has a request with lists "authority" and "uri"' }];
    const found = misfits(place, 'ValidatorCase');
    if (found.length > 0 || !written || MEMBERS.some((name) => written[name] !== undefined)) return found;
    return [{ place, message: `this test case expects nothing; set one of ${MEMBERS.join(', ')}` }];
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
          const url = `http://${one.authority}${one.uri}`;
          const request = { ...sender, url, method: one.method, headers: one.headers };
          cases.push({ name, place, request, expect: expectedBy(written), placeOf: () => place });
        }
      return { path: root.file.path, mesh: [], cases };
    },
  };
}

const MEMBERS = ['route', 'redirect', 'rewrite', 'fault', 'headers', 'delegate'] as const;

function combinations({ request = {} }: ValidatorCase) {
  const { authority = [], method = ['GET'], uri = [], headers = {} } = request;
  const given = Object.entries(headers);
  return authority.flatMap((host) =>
    method.flatMap((verb) => uri.map((path) => ({ authority: host, method: verb, uri: path, headers: given }))),
  );
}

/** As in that tool, a test without `wantMatch` expects that the route is another one. */
function expectedBy({ wantMatch = false, route, ...written }: ValidatorCase): Expectation {
  const to = (route ?? []).map(({ destination = {}, weight }): RouteTarget => {
    const { host = '', subset, port } = destination;
    const share = route!.length > 1 && weight !== undefined ? { share: weight } : {};
    return { host, ...(subset && { subset }), ...(port?.number && { port: port.number }), ...share };
  });
  const members = Object.fromEntries(
    MEMBERS.flatMap((name) => (name !== 'route' && written[name] !== undefined ? [[name, written[name]]] : [])),
  );
  return {
    ...(route && { route: { is: wantMatch, to } }),
    ...(Object.keys(members).length > 0 && { configured: { is: wantMatch, members } }),
  };
}
