import { type Route, type Semantics, virtualServices } from '../../mesh/traffic/virtual-services';
import type { HTTPRouteFilter } from '../../schema/kinds/gateway-api';
import type { HTTPRoute } from '../../schema/kinds/networking';
import type { Field } from '../../source/field';
import { rule } from '../rule';

export default rule({
  name: 'rewrite-with-wrong-slashes',
  category: 'traffic',
  severity: 'warning',
  summary: 'A rewrite of a path prefix doubles or drops a slash.',
  url: 'https://istio.io/latest/docs/reference/config/networking/virtual-service/',
  docs: `
    Envoy replaces exactly the characters that the prefix matched. With the prefix "/common" and the
    rewrite "/", the request /common/api reaches the service as //api; with "/a/" and "/v1", /a/x
    becomes /v1x. Many servers answer such paths with 404 or with a redirect.

    Fix: end both, or neither, with a slash. If /common itself must work too, write two matches,
    "/common/" first, or use \`uriRegexRewrite\`.
  `,
  check({ mesh, report }) {
    for (const { http, semantics } of virtualServices(mesh)) {
      const earlier = new Set<string>();
      for (const route of http) {
        const replacement = replacementOf(route.value, semantics);
        for (const prefix of prefixesOf(route.value)) {
          const example = replacement && !earlier.has(`${prefix}/`) && wrongExample(prefix, replacement, semantics);
          if (example)
            report(placeOf(route, semantics), `path "${example.path}" becomes "${example.result}"; ${example.wayOut}`);
          earlier.add(prefix);
        }
      }
    }
  },
});

/** What a route puts in the place of the prefix. istio: route.applyHTTPRouteDestination, ApplyRedirect */
function replacementOf({ rewrite, redirect }: HTTPRoute, semantics: Semantics): string | undefined {
  if (redirect) return redirect.prefixRewrite;
  if (rewrite?.uriRegexRewrite) return undefined;
  // For the Gateway API, Istio removes the prefix together with its slash.
  return semantics === 'gateway' && rewrite?.uri === '/' ? undefined : rewrite?.uri;
}

/** The prefixes that a route takes; exact paths and expressions are replaced as a whole. */
function prefixesOf({ match = [] }: HTTPRoute): string[] {
  if (match.length === 0) return ['/'];
  return match.flatMap(({ uri }) => {
    if (!uri) return ['/'];
    return uri.exact === undefined && uri.regex === undefined ? [uri.prefix ?? '/'] : [];
  });
}

interface Example {
  readonly path: string;
  readonly result: string;
  readonly wayOut: string;
}

/** A usual request whose path gets two slashes or loses one. */
function wrongExample(prefix: string, replacement: string, semantics: Semantics): Example | undefined {
  const endsInSlash = prefix.endsWith('/');
  const path = endsInSlash ? `${prefix}x` : `${prefix}/x`;
  const result = replacement + path.slice(prefix.length);
  if (!endsInSlash && replacement.endsWith('/') && /\w$/.test(prefix))
    return { path, result, wayOut: wayOutFor(prefix, replacement, semantics) };
  if (endsInSlash && /\w$/.test(replacement)) return { path, result, wayOut: `rewrite to "${replacement}/"` };
  return undefined;
}

/** In the Gateway API a prefix means the same with a slash at its end. */
function wayOutFor(prefix: string, replacement: string, semantics: Semantics): string {
  if (semantics !== 'gateway') return `match the prefix "${prefix}/" first`;
  const shorter = replacement.slice(0, -1);
  return shorter
    ? `replace it with "${shorter}"`
    : 'use a urlRewrite, which removes the slash as well, or another path';
}

/** The rewrite of a VirtualService, or the filter of a rule of the Gateway API. */
function placeOf({ field, value }: Route<HTTPRoute>, semantics: Semantics): Field {
  if (semantics !== 'gateway') return field.child(value.redirect ? 'redirect' : 'rewrite').child('uri');
  const rule = field.resource.at(field.path.slice(0, 3));
  const wanted = value.redirect ? 'requestRedirect' : 'urlRewrite';
  const filter = rule
    .child('filters')
    .items()
    .find((each) => (each as Field<HTTPRouteFilter>).value[wanted]) as Field | undefined;
  return filter?.child(wanted).child('path').child('replacePrefixMatch') ?? rule;
}
