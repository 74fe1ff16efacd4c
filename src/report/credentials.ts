/** Headers of requests whose values nobody else may see. */
import { MASK, withoutSecretForms } from '../source/secrets';

const NAMES =
  /^(?:(?:proxy-)?authorization|(?:set-)?cookie|.*(?:api-?key|auth-?token|access-?token|secret|password).*)$/i;

/** Values that are shorter are masked with what is around them only. */
const SHORTEST = 4;

/** A report without the values of headers that hold credentials, without what an authorization holds beside its scheme, and without tokens. */
export function withoutCredentials(text: string, headers: readonly (readonly [string, string])[]): string {
  const values = headers.filter(([name]) => NAMES.test(name)).flatMap(([, value]) => [value, ...value.split(/[\s;]+/)]);
  const secret = values
    .flatMap((value) => [value, value.slice(value.indexOf('=') + 1)])
    .filter(({ length }) => length >= SHORTEST)
    .filter((value) => !/^(?:basic|bearer|digest|negotiate|token|apikey)$/i.test(value))
    .flatMap((value) => [value, JSON.stringify(value).slice(1, -1)])
    .sort((a, b) => b.length - a.length);
  return withoutSecretForms(secret.reduce((shown, value) => shown.replaceAll(value, MASK), text));
}
