import { type HttpsRedirect, httpsRedirects, placeOfRedirect, terminatesHttps } from './https-redirects';
import type { HTTPMatchRequest, HTTPRoute } from '../../schema/kinds/networking';
import { rule } from '../rule';

export default rule({
  name: 'redirect-loop',
  category: 'traffic',
  severity: 'error',
  summary: 'A route redirects requests that already use HTTPS to the same URL.',
  url: 'https://istio.io/latest/docs/reference/config/networking/virtual-service/',
  docs: `
    The route answers 301 with the scheme https, and it applies to the HTTPS server of the gateway
    too: the client follows the redirect and gets the same redirect again, until it stops ("too many
    redirects").

    Fix: restrict the route to plain HTTP: match \`port: 80\` in a VirtualService, name the HTTP
    listener in \`sectionName\` of the parentRef of an HTTPRoute, or use \`tls.httpsRedirect\` in the
    HTTP server of the Gateway.
  `,
  check({ mesh, report }) {
    for (const redirect of httpsRedirects(mesh)) {
      const https = redirect.servers.find(
        (server) => terminatesHttps(server) && loopsAt(redirect, portOf(server.field.value)),
      );
      if (!https) continue;
      report(
        placeOfRedirect(redirect),
        'requests over HTTPS are redirected to the same URL again, without end; apply the redirect to plain HTTP only',
        {
          related: [{ place: https.field, message: 'this server receives them over HTTPS' }],
        },
      );
    }
  },
});

const portOf = ({ port }: { port?: { number?: number } }): number => port?.number ?? 0;

/** Whether requests that arrive over TLS at a port of the gateway are redirected, and no earlier route takes them all. */
function loopsAt({ route, earlier }: HttpsRedirect, port: number): boolean {
  return takes(route.value, port) && !earlier.some(({ value }) => takesAll(value, port));
}

/** Whether a route takes requests over TLS, judged by the conditions that tell them from plain HTTP. */
const takes = ({ match = [] }: HTTPRoute, port: number): boolean =>
  match.length === 0 || match.some((each) => isFor(each, port) && !hasOtherConditions(each));

const takesAll = ({ match = [] }: HTTPRoute, port: number): boolean =>
  match.length === 0 ||
  match.some(
    (each) =>
      isFor(each, port) &&
      !hasOtherConditions(each) &&
      (each.uri?.prefix ?? '/') === '/' &&
      !each.uri?.exact &&
      !each.uri?.regex,
  );

const isFor = ({ port: wanted, scheme }: HTTPMatchRequest, port: number): boolean =>
  (wanted === undefined || wanted === port) && (scheme?.exact ?? 'https') === 'https' && !scheme?.regex;

/** Conditions that may leave requests over TLS out, or name one gateway of several. */
const hasOtherConditions = ({
  headers,
  withoutHeaders,
  gateways,
  sourceLabels,
  sourceNamespace,
}: HTTPMatchRequest): boolean =>
  [headers, withoutHeaders, sourceLabels].some((each) => Object.keys(each ?? {}).length > 0) ||
  Boolean(gateways?.length) ||
  Boolean(sourceNamespace);
