import type {
  GRPCMethodMatch,
  HTTPPathMatch,
  HTTPRouteFilter,
  HTTPRouteRule,
  HTTPRouteTimeouts,
  ParentReference,
} from '../../kinds/gateway-api';
import { type RuleMessage, type RuleText, key, quote, repeatedAt, second, value } from './rule-message';

type Fraction = { numerator: number; denominator: number };

/** The rules about routes of the Gateway API: their references, matches and filters. */
export const routeTellers: readonly RuleMessage[] = [
  [/^self\.all\(p1,.*port/, (refs: ParentReference[]) => sameReference(refs, '"sectionName" or "port"')],
  [/^self\.all\(p1,/, (refs: ParentReference[]) => sameReference(refs, '"sectionName"')],
  [
    /self\.kind=='Service'\)\?has\(self\.port\)/,
    () => value('"port" is missing: a reference to a Service needs it', 'port'),
  ],
  [/^self\.all\(l1,!has\(l1\.name\)\|\|/, (rules: HTTPRouteRule[]) => second(rules, ({ name }) => name, 'name')],
  [/^\(self\.size\(\)>0\?.*matches\.size\(\)/, () => value('the rules of a route have at most 128 matches altogether')],
  // Filters.
  [/^self\.filter\(f,f\.type=='(\w+)'\)\.size\(\)<=1$/, secondFilter],
  [/^!\(self\.exists\(f,f\.type=='RequestRedirect'\)&&/, redirectAndRewrite],
  [/^\(has\(self\.backendRefs\)&&size\(self\.backendRefs\)>0\)/, redirectWithBackends],
  [
    /ReplacePrefixMatch'&&.*PathPrefix'\)\?false:true\):true$/,
    () => key('"replacePrefixMatch" needs exactly one match, of a path of type PathPrefix', 'matches'),
  ],
  [/^!\('\*'inself&&self\.size\(\)>1\)$/, () => value('"*" allows everything and must be the only item')],
  [
    'self.numerator<=self.denominator',
    ({ numerator, denominator }: Fraction) =>
      value(`the numerator ${numerator} is more than the denominator ${denominator}`, 'numerator'),
  ],
  [
    /has\(self\.backendRequest\)&&duration/,
    ({ request, backendRequest }: HTTPRouteTimeouts) =>
      value(
        `backendRequest ${backendRequest} is longer than the timeout of the whole request, ${request}`,
        'backendRequest',
      ),
  ],
  // Matches.
  [/'PathPrefix'\]\)\?self\.value\.startsWith/, (match: HTTPPathMatch) => path(match, 'does not begin with "/"')],
  [
    /'PathPrefix'\]\)\?!self\.value\.contains\('(.*)'\):true$/,
    (match: HTTPPathMatch, part) => path(match, `must not contain ${quote(part)}`),
  ],
  [
    /'PathPrefix'\]\)\?!self\.value\.endsWith\('(.*)'\):true$/,
    (match: HTTPPathMatch, end) => path(match, `must not end with ${quote(end)}`),
  ],
  [
    /'PathPrefix'\]\)\?self\.value\.matches/,
    (match: HTTPPathMatch) => path(match, 'contains characters that are not allowed in a path'),
  ],
  [
    /^self\.typein\['Exact','PathPrefix'\]\|\|/,
    ({ type }: HTTPPathMatch) =>
      value(`${quote(type)} is not one of "Exact", "PathPrefix" or "RegularExpression"`, 'type'),
  ],
  [/^has\(self\.type\)\?has\(self\.service\)\|\|/, () => key('a match by method needs "service", "method" or both')],
  [
    /self\.service\.matches/,
    ({ service }: GRPCMethodMatch) => value(`${quote(service)} is not the name of a gRPC service`, 'service'),
  ],
  [
    /self\.method\.matches/,
    ({ method }: GRPCMethodMatch) => value(`${quote(method)} is not the name of a gRPC method`, 'method'),
  ],
];

const path = (match: HTTPPathMatch, fault: string): RuleText =>
  value(`the path ${quote(match.value)} ${fault}`, 'value');

function sameReference(refs: readonly ParentReference[], fields: string): RuleText {
  const index = repeatedAt(refs, ({ group, kind, name, namespace = '' }) => [group, kind, namespace, name].join('/'));
  const { kind = '', name = '' } = refs[index] ?? {};
  return value(`${kind} ${quote(name)} is a duplicate; such references must differ in ${fields}`, index);
}

function secondFilter(filters: readonly HTTPRouteFilter[], type = ''): RuleText {
  const index = repeatedAt(filters, (filter) => (filter.type === type ? type : undefined));
  return value(`duplicate filter of type ${quote(type)}`, index);
}

function redirectAndRewrite(filters: readonly HTTPRouteFilter[]): RuleText {
  const index = filters.findLastIndex(({ type }) => type === 'RequestRedirect' || type === 'URLRewrite');
  return value('a redirect and a rewrite of the URL are mutually exclusive', index);
}

function redirectWithBackends({ filters = [] }: HTTPRouteRule): RuleText {
  const index = filters.findIndex(({ requestRedirect }) => requestRedirect);
  return key(
    'a redirect answers the request; it cannot be combined with "backendRefs"',
    'filters',
    index,
    'requestRedirect',
  );
}
