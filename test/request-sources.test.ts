import fc from 'fast-check';
import { RequestError, reportOf, simulate } from '../src';
import { requestOfCurl } from '../src/simulation/sources/curl';
import { requestsOfHar } from '../src/simulation/sources/har';
import { loggedIn } from '../src/simulation/sources/log-line';
import { shellWords } from '../src/simulation/sources/shell-words';
import { deployment, meshOf, namespace, service } from './mesh-of';

// Requests may be taken from what people have at hand.

test.each([
  [`a  b`, ['a', 'b']],
  [`'a b' "c d"`, ['a b', 'c d']],
  [`a'b'"c"d`, ['abcd']],
  [`"a \\"b\\" \\n"`, ['a "b" \\n']],
  [`a\\ b`, ['a b']],
  [`a \\\n  b`, ['a', 'b']],
  [`$'it\\'s\\n\\u0041'`, ["it's\nA"]],
  [`''`, ['']],
])('the words of %j', (line, words) => expect(shellWords(line)).toEqual(words));

test('words in single quotes come out as they went in', () => {
  const quoted = (word: string): string => `'${word.replaceAll("'", `'\\''`)}'`;
  fc.assert(
    fc.property(fc.array(fc.string()), (words) => expect(shellWords(words.map(quoted).join(' '))).toEqual(words)),
  );
});

test.each([
  ['curl reviews:9080/x', { url: 'http://reviews:9080/x', headers: [] }],
  ['$ curl -sS -XDELETE http://a/', { url: 'http://a/', method: 'DELETE', headers: [] }],
  ['curl -H "end-user: jason" http://a/ -o out', { url: 'http://a/', headers: [['end-user', 'jason']] }],
  [
    'curl http://a/ -d x=1 -d y=2',
    { url: 'http://a/', method: 'POST', headers: [['content-type', 'application/x-www-form-urlencoded']] },
  ],
  ['curl -G http://a/?z -d x=1', { url: 'http://a/?z&x=1', headers: [] }],
  [
    'curl http://a/ --json {} -X PUT',
    { url: 'http://a/', method: 'PUT', headers: [['content-type', 'application/json']] },
  ],
  [
    `curl http://a/ -H 'Content-Type: text/plain' -d x`,
    { url: 'http://a/', method: 'POST', headers: [['Content-Type', 'text/plain']] },
  ],
  ['curl -u ada:pw http://a/', { url: 'http://a/', headers: [['authorization', 'Basic YWRhOnB3']] }],
  ['curl -I --max-time 3 --url=http://a/', { url: 'http://a/', method: 'HEAD', headers: [] }],
  ['curl --connect-to ::gateway:8443 https://a/', { url: 'https://a/', port: 8443, headers: [] }],
])('%s', (line, request) => expect(requestOfCurl(line)).toEqual(request));

test.each(['wget a', 'curl', 'curl -H', `curl 'a`, ''])('%j is refused', (line) =>
  expect(() => requestOfCurl(line)).toThrow(RequestError),
);

test('a recording has its requests in their order, without what is no header', () => {
  const headers = [
    { name: ':authority', value: 'a' },
    { name: 'Accept', value: 'text/html' },
  ];
  const entries = [{ request: { method: 'GET', url: 'http://a/', headers } }, { request: { url: 'http://b/' } }];
  expect(requestsOfHar({ log: { entries } })).toEqual([
    { url: 'http://a/', method: 'GET', headers: [['Accept', 'text/html']] },
    { url: 'http://b/', headers: [] },
  ]);
});

test.each([undefined, null, [], {}, { log: {} }, { log: { entries: [] } }, { log: { entries: [{}] } }])(
  '%j is no recording',
  (value) => expect(() => requestsOfHar(value)).toThrow(RequestError),
);

test('what Envoy writes about a request leads back to it', () => {
  const mesh = meshOf(namespace('default') + service('web') + deployment('web') + deployment('client'));
  const asked = { from: 'client.default', url: 'http://web/a%20b?c', method: 'PUT' };
  const { line } = reportOf(simulate(mesh, asked)).ways[0]!.hops[0]!.accessLog;
  const { request, status, flags } = loggedIn(line);
  expect({ status, flags }).toEqual({ status: 200, flags: '-' });
  expect(request).toEqual({ url: asked.url, method: 'PUT', headers: [['user-agent', 'meshlint']] });
});

test('a line in JSON is read as well', () => {
  const line = {
    method: 'GET',
    path: '/x',
    authority: 'a',
    response_code: 404,
    response_flags: 'NR',
    requested_server_name: null,
  };
  expect(loggedIn(JSON.stringify(line))).toMatchObject({ request: { url: 'http://a/x' }, status: 404, flags: 'NR' });
});

test.each(['', 'abc', '{', '[2026] "- - -" 0 -'])('%j is no such line', (line) =>
  expect(() => loggedIn(line)).toThrow(RequestError),
);
