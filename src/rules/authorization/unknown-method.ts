import { configs } from '../../mesh/settings/configs';
import { fitsText, isPattern } from '../../mesh/policies/text-match';
import { didYouMean } from '../../schema/spelling';
import type { Field } from '../../source/field';
import { replacing } from '../edits';
import { type Context, rule } from '../rule';

/** The methods of HTTP itself. */
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'CONNECT', 'OPTIONS', 'TRACE'];

/** Those that extensions of HTTP have registered, as WebDAV did. */
const REGISTERED = new Set(
  (
    'ACL BASELINE-CONTROL BIND CHECKIN CHECKOUT COPY LABEL LINK LOCK MERGE MKACTIVITY MKCALENDAR MKCOL MKREDIRECTREF ' +
    'MKWORKSPACE MOVE ORDERPATCH PRI PROPFIND PROPPATCH QUERY REBIND REPORT SEARCH UNBIND UNCHECKOUT UNLINK UNLOCK UPDATE ' +
    'UPDATEREDIRECTREF VERSION-CONTROL'
  ).split(' '),
);

export default rule({
  name: 'unknown-method',
  category: 'security',
  isLocal: true,
  severity: 'warning',
  summary: 'An AuthorizationPolicy matches an unknown HTTP method.',
  url: 'https://istio.io/latest/docs/reference/config/security/authorization-policy/',
  docs: `
    The entry never matches: an ALLOW rule does not allow the request, a DENY rule does not deny it.
    Methods are upper case and compared exactly, so "get" never matches. The HTTP method of gRPC is
    always POST; match its own methods by paths such as "/package.Service/Method".

    Fix: correct the method.

    The registered methods of HTTP extensions (PROPFIND, MKCOL and others) are known here. Kiali
    knows only the nine methods of HTTP itself, ignores case, and does not check notMethods.
  `,
  sameAs: ['KIA0102'],
  check(context) {
    for (const policy of configs(context.mesh, 'AuthorizationPolicy')) {
      for (const field of policy.each('spec.rules[].to[].operation.methods[]')) checkOne(context, field, ['KIA0102']);
      for (const field of policy.each('spec.rules[].to[].operation.notMethods[]')) checkOne(context, field, []);
    }
  },
});

function checkOne({ report }: Context, field: Field<string>, sameAs: string[]): void {
  const { value } = field;
  const upper = value.toUpperCase();
  if (isKnown(value)) return;
  if (isKnown(upper)) {
    const message = `method "${value}" never matches, because methods are upper case; did you mean "${upper}"?`;
    return report(field, message, { sameAs: [], fix: replacing(field, upper) });
  }
  report(field, `unknown HTTP method ${like(value)}"${value}"${hint(upper)}`, { sameAs });
}

const isKnown = (value: string): boolean =>
  REGISTERED.has(value) || value === '*' || METHODS.some((method) => fitsText(value, method));

const like = (value: string): string => (isPattern(value) ? 'like ' : '');

const hint = (value: string): string =>
  value.startsWith('/') ? '; use "paths" for gRPC methods' : didYouMean(value, METHODS);
