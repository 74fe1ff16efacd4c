/** Requests at the boundaries of what policies ask of a request: each value met, and each just missed. */
import ipaddr from 'ipaddr.js';
import type { AuthorizationPolicy } from '../mesh/policies/authorization';
import type { Condition, Operation, Rule, Source } from '../schema/kinds/security';
import type { Variant } from './probe';

/** For every rule a request that meets its first values, and others that differ from it in one thing at a time. */
export const variantsOfPolicies = (policies: readonly AuthorizationPolicy[]): Variant[] =>
  policies.flatMap(({ value }) => value.spec?.rules ?? []).flatMap(variantsOfRule);

function variantsOfRule({ from = [], to = [], when = [] }: Rule): Variant[] {
  const asked = [...from.map(({ source = {} }) => ofSource(source)), ...when.map(ofCondition)];
  const operations = to.length > 0 ? to.map(({ operation = {} }) => ofOperation(operation)) : [[]];
  return operations.flatMap((operation) =>
    oneAtATime([...operation, ...asked.flat()].filter((each) => each.length > 0)),
  );
}

/** The first of all choices together, then every other choice in the place of its first. */
function oneAtATime(choices: readonly (readonly Variant[])[]): Variant[] {
  const first = merged(choices.map(([choice = {}]) => choice));
  return [first, ...choices.flatMap(([, ...others]) => others.map((other) => merged([first, other])))];
}

const merged = (parts: readonly Variant[]): Variant =>
  parts.reduce<Variant>(
    (all, part) => ({
      ...all,
      ...part,
      ...(part.headers && { headers: { ...all.headers, ...part.headers } }),
      ...(part.claims && { claims: { ...all.claims, ...part.claims } }),
    }),
    {},
  );

function ofOperation({
  paths = [],
  notPaths = [],
  methods = [],
  notMethods = [],
  hosts = [],
  notHosts = [],
}: Operation) {
  const verbs = [...methods, ...notMethods].map(example);
  const other = ['GET', 'POST', 'DELETE'].find((verb) => !verbs.includes(verb))!;
  return [
    [...paths, ...notPaths].flatMap(aroundPath).map((path): Variant => ({ path })),
    verbs.length > 0 ? [...verbs, other].map((method): Variant => ({ method })) : [],
    [...hosts, ...notHosts].map((host): Variant => ({ authority: example(host) })),
  ];
}

/** A path that fits, one that is longer, and one that is beside it. */
function aroundPath(pattern: string): string[] {
  const path = example(pattern.replaceAll('{*}', 'x').replaceAll('{**}', 'x/y'));
  return [path, `${path}x`, `${path.replace(/\/$/, '')}/x`].map((each) => (each.startsWith('/') ? each : `/${each}`));
}

function ofSource({ requestPrincipals = [], notRequestPrincipals = [], ...source }: Source): Variant[][] {
  const { ipBlocks = [], notIpBlocks = [], remoteIpBlocks = [], notRemoteIpBlocks = [] } = source;
  return [
    [...requestPrincipals, ...notRequestPrincipals].map((principal) => ({ claims: claimsOf(principal) })),
    [...ipBlocks, ...notIpBlocks, ...remoteIpBlocks, ...notRemoteIpBlocks].flatMap(addressIn),
  ];
}

function ofCondition({ key = '', values = [], notValues = [] }: Condition): Variant[][] {
  const all = [...values, ...notValues];
  const [, kind, names = ''] = /^request\.(headers|auth\.claims)((?:\[[^[\]]*\])+)$/.exec(key) ?? [];
  const path = [...names.matchAll(/\[([^[\]]*)\]/g)].map(([, name = '']) => name);
  if (kind === 'headers')
    return [
      all.flatMap((value) => [example(value), `${example(value)}x`]).map((text) => ({ headers: { [path[0]!]: text } })),
    ];
  if (kind === 'auth.claims') return [all.map((value) => ({ claims: nested(path, example(value)) }))];
  if (key === 'request.auth.principal') return [all.map((principal) => ({ claims: claimsOf(principal) }))];
  if (key === 'remote.ip' || key === 'source.ip') return [all.flatMap(addressIn)];
  return [];
}

/** The claims of a principal, which is `ISSUER/SUBJECT`. Without an issuer they are taken to be of the one that is asked for. */
function claimsOf(principal: string): Record<string, unknown> {
  if (principal === '*') return { sub: 'x' };
  const text = example(principal);
  const at = text.lastIndexOf('/');
  return at < 0 ? { iss: text, sub: text } : { iss: text.slice(0, at), sub: text.slice(at + 1) };
}

const nested = (path: readonly string[], value: unknown): Record<string, unknown> =>
  path.reduceRight<unknown>((inner, name) => ({ [name]: inner }), value) as Record<string, unknown>;

/** An address of a block; none of what is no block. */
function addressIn(block: string): Variant[] {
  const address = block.split('/')[0]!;
  return ipaddr.isValid(address) ? [{ sourceIp: address }] : [];
}

/** A text that a pattern fits: the pattern itself, or with something in the place of its star. */
const example = (pattern: string): string => pattern.replace(/^\*|\*$/, 'x');
