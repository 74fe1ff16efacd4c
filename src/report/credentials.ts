/** Headers of requests whose values nobody else may see. */
import { percentDecoded } from '../source/percent-encoding';
import { MASK, secretFormsIn, withoutSecretForms } from '../source/secrets';

const NAMES = /authorization|cookie|api-?key|token|secret|passw|session|credential|signature|assertion|jwt/i;

/** Values that are shorter are masked with what is around them only. */
const SHORTEST = 4;

/**
 * A report without the values of headers that hold credentials, without what an authorization holds beside its scheme, without what
 * the URLs of requests hold of passwords and keys, and without tokens.
 */
export function withoutCredentials(
  text: string,
  headers: readonly (readonly [string, string])[],
  urls: readonly string[] = [],
): string {
  const values = [
    ...headers.filter(([name]) => NAMES.test(name)).flatMap(([, value]) => [value, ...value.split(/[\s;]+/)]),
    ...urls.flatMap(secretFormsIn).flatMap((value) => [value, percentDecoded(value)]),
  ];
  const secret = values
    .flatMap((value) => [value, value.slice(value.indexOf('=') + 1)])
    .filter(({ length }) => length >= SHORTEST)
    .filter((value) => !/^(?:basic|bearer|digest|negotiate|token|apikey)$/i.test(value))
    .flatMap((value) => [value, JSON.stringify(value).slice(1, -1)]);
  return withoutSecretForms(withoutAny(text, new Set(secret)));
}

/** A text without any of some values. Recordings have thousands of them, so that each is looked for only where it can begin. */
function withoutAny(text: string, values: ReadonlySet<string>): string {
  if (values.size === 0) return text;
  const byStart = new Map<string, string[]>();
  for (const value of [...values].sort((a, b) => b.length - a.length)) {
    const start = value.slice(0, SHORTEST);
    const others = byStart.get(start);
    if (others) others.push(value);
    else byStart.set(start, [value]);
  }
  let shown = '';
  let from = 0;
  for (let at = 0; at <= text.length - SHORTEST; at++) {
    const value = byStart.get(text.slice(at, at + SHORTEST))?.find((each) => text.startsWith(each, at));
    if (value === undefined) continue;
    shown += text.slice(from, at) + MASK;
    from = at + value.length;
    at = from - 1;
  }
  return shown + text.slice(from);
}
