import type { Header } from '../../envoy/run/header-map';
import type { Request } from '../request';
import { RequestError } from '../request-error';
import { shellWords } from './shell-words';
import { own } from '../../source/own';

/** What options of curl do to the request; those that only concern how curl behaves do nothing. */
interface Draft {
  url?: string;
  method?: string;
  port?: number;
  data?: string[];
  asQuery?: true;
  headers: Header[];
}

type Effect = (draft: Draft, value: string) => void;

const header =
  (name: string): Effect =>
  ({ headers }, value) =>
    void headers.push([name, value]);

const data =
  (type: string): Effect =>
  (draft, value) => {
    draft.data = [...(draft.data ?? []), value];
    draft.headers.push(['content-type', type]);
  };

const FORM = 'application/x-www-form-urlencoded';
const ignored: Effect = () => undefined;

/** Options that take a value, by their long names. */
const VALUED: Readonly<Record<string, Effect>> = {
  request: (draft, value) => void (draft.method = value),
  url: (draft, value) => void (draft.url = value),
  header: ({ headers }, value) => {
    const colon = value.indexOf(':');
    if (colon > 0) headers.push([value.slice(0, colon).trim(), value.slice(colon + 1).trim()]);
  },
  'user-agent': header('user-agent'),
  referer: header('referer'),
  cookie: header('cookie'),
  user: ({ headers }, value) => void headers.push(['authorization', `Basic ${btoa(value)}`]),
  'oauth2-bearer': ({ headers }, value) => void headers.push(['authorization', `Bearer ${value}`]),
  data: data(FORM),
  'data-raw': data(FORM),
  'data-binary': data(FORM),
  'data-ascii': data(FORM),
  'data-urlencode': data(FORM),
  json: data('application/json'),
  form: data('multipart/form-data'),
  'connect-to': (draft, value) => {
    const port = Number(value.split(':').at(-1));
    if (port) draft.port = port;
  },
  ...Object.fromEntries(
    (
      'output max-time connect-timeout cacert capath cert key cert-type key-type retry retry-delay write-out dump-header proxy ' +
      'resolve interface range limit-rate cookie-jar ciphers max-redirs dns-servers config trace trace-ascii stderr tls-max ' +
      'upload-file local-port keepalive-time unix-socket pass engine'
    )
      .split(' ')
      .map((name) => [name, ignored]),
  ),
};

/** Options without a value that change the request. */
const SWITCHES: Readonly<Record<string, Effect>> = {
  head: (draft) => void (draft.method ??= 'HEAD'),
  get: (draft) => void (draft.asQuery = true),
  compressed: header('accept-encoding'),
};

const SHORT: Readonly<Record<string, string>> = {
  ...{ X: 'request', H: 'header', A: 'user-agent', e: 'referer', b: 'cookie', u: 'user', d: 'data', F: 'form' },
  ...{
    o: 'output',
    m: 'max-time',
    E: 'cert',
    w: 'write-out',
    D: 'dump-header',
    x: 'proxy',
    r: 'range',
    c: 'cookie-jar',
  },
  ...{ I: 'head', G: 'get', T: 'upload-file', K: 'config' },
};

/** The request that a command line of curl sends. Throws a RequestError where it sends none. */
export function requestOfCurl(line: string): Request {
  const [program = '', ...words] = shellWords(line.replace(/^\s*\$\s+/, ''));
  if (!/(^|\/)curl(\.exe)?$/.test(program)) throw new RequestError({ kind: 'not curl', program });
  const draft: Draft = { headers: [] };
  const left = [...words];
  for (let word = left.shift(); word !== undefined; word = left.shift()) {
    if (word.startsWith('--')) long(word, left, draft);
    else if (/^-[^-]/.test(word)) short(word, left, draft);
    else draft.url ??= word;
  }
  if (draft.url === undefined) throw new RequestError({ kind: 'curl without URL' });
  return finished({ ...draft, url: draft.url });
}

function long(word: string, left: string[], draft: Draft): void {
  const [, name = '', given] = /^--([^=]*)(?:=(.*))?$/s.exec(word)!;
  const effect = own(VALUED, name);
  // What is not known is taken to be a switch, as most options are.
  if (effect) effect(draft, given ?? valueOf(word, left));
  else own(SWITCHES, name)?.(draft, 'gzip');
}

/** Several switches may share a dash; the rest of the word is the value of the first that takes one. */
function short(word: string, left: string[], draft: Draft): void {
  for (let at = 1; at < word.length; at++) {
    const name = own(SHORT, word[at]!) ?? '';
    const effect = own(VALUED, name);
    if (effect) return effect(draft, word.slice(at + 1) || valueOf(word, left));
    own(SWITCHES, name)?.(draft, '');
  }
}

function valueOf(word: string, left: string[]): string {
  const value = left.shift();
  if (value === undefined) throw new RequestError({ kind: 'curl option without value', option: word });
  return value;
}

function finished({ url, method, port, data, asQuery, headers }: Draft & { url: string }): Request {
  const query = asQuery && data ? `${url.includes('?') ? '&' : '?'}${data.join('&')}` : '';
  const posts = data !== undefined && !asQuery;
  const sent = asQuery ? headers.filter(([name]) => name !== 'content-type') : headers;
  const verb = method ?? (posts ? 'POST' : undefined);
  return {
    url: (url.includes('://') ? url : `http://${url}`) + query,
    ...(verb !== undefined && { method: verb }),
    ...(port !== undefined && { port }),
    headers: lastOfEach(sent),
  };
}

/** A header that somebody wrote stands before the one that curl would add. */
function lastOfEach(headers: readonly Header[]): Header[] {
  const types = headers.filter(([name]) => name.toLowerCase() === 'content-type');
  const written = types.find(([name]) => name !== 'content-type') ?? types[0];
  return [...headers.filter(([name]) => name.toLowerCase() !== 'content-type'), ...(written ? [written] : [])];
}
