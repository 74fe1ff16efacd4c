import { configs } from '../../mesh/settings/configs';
import type { Mesh } from '../../mesh/mesh';
import type { Field } from '../../source/field';
import { rule } from '../rule';

export default rule({
  name: 'wildcard-in-path',
  category: 'traffic',
  severity: 'warning',
  summary: 'A path or authority contains a wildcard that is compared as a literal character.',
  url: 'https://istio.io/latest/docs/reference/config/networking/virtual-service/',
  docs: `
    Istio does not expand globs or regular expressions in \`exact\` and \`prefix\` matches, in the paths
    of an HTTPRoute, or in the middle of a path of an AuthorizationPolicy. \`prefix: /api/*\` only
    matches paths that start with the literal characters "/api/*", so usual requests use a later
    route or get 404 (response flag NR), and a DENY rule with such a path denies nothing.

    Fix: use a prefix without the star, or a regular expression (RE2) that matches the whole path.
  `,
  check({ mesh, report }) {
    for (const { field, type } of literals(mesh)) {
      const text = field.value;
      if (typeof text !== 'string') continue;
      const literal = type === 'authorization' ? literalStar(text) : wildcardOf(text);
      if (literal === undefined) continue;
      report(field, `"${literal}" is literal ${WHERE[type]}, so usual requests do not match; ${wayOut(text, type)}`);
    }
  },
});

type MatchType = 'exact' | 'prefix' | 'authorization';

const WHERE: Readonly<Record<MatchType, string>> = {
  exact: 'in an exact match',
  prefix: 'in a prefix match',
  authorization: 'in the middle of a path',
};

interface Literal {
  readonly field: Field;
  readonly type: MatchType;
}

/** Every text that is compared character by character. */
function* literals(mesh: Mesh): Generator<Literal> {
  for (const virtualService of configs(mesh, 'VirtualService'))
    for (const match of virtualService.each('spec.http[].match[]'))
      for (const condition of [match.get('uri'), match.get('authority')]) {
        yield { field: condition.child('exact'), type: 'exact' };
        yield { field: condition.child('prefix'), type: 'prefix' };
      }
  for (const route of configs(mesh, 'HTTPRoute'))
    for (const path of route.each('spec.rules[].matches[].path'))
      if (path.value.type !== 'RegularExpression')
        yield { field: path.get('value'), type: path.value.type === 'Exact' ? 'exact' : 'prefix' };
  for (const policy of configs(mesh, 'AuthorizationPolicy'))
    for (const operation of policy.each('spec.rules[].to[].operation'))
      for (const field of [...operation.each('paths[]'), ...operation.each('notPaths[]')])
        yield { field, type: 'authorization' };
}

/** A star, or what is plainly an expression: those characters hardly occur in real paths. */
const wildcardOf = (text: string): string | undefined =>
  /\.\*|\*+|\[\^|\\[dw]|\(\?:|\([^()]*\|[^()]*\)/.exec(text)?.[0];

/** Policies expand a star at one end of a path, and the operators {*} and {**}. */
function literalStar(text: string): string | undefined {
  const inner = text.replace(/\{\*\*?\}/g, '').replace(/^\*|\*$/, '');
  return inner.includes('*') ? '*' : undefined;
}

function wayOut(text: string, type: MatchType): string {
  if (type === 'authorization') return 'only a "*" at the beginning or the end, "{*}" and "{**}" are expanded';
  const prefix = /^([^*[\\(]*?)(?:\.?\*+)$/.exec(text)?.[1];
  return prefix ? `use the prefix "${prefix}"` : 'use a regular expression';
}
