import { gatewayNamed } from '../../mesh/gateways/gateways';
import { requestAuthentications } from '../../mesh/policies/authentication';
import { configs } from '../../mesh/settings/configs';
import type { Gateway } from '../../mesh/gateways/gateways';
import type { Mesh } from '../../mesh/mesh';
import { workloadsSelected } from '../../mesh/workloads/workloads';
import type { KindMap } from '../../schema/kinds';
import type { Field } from '../../source/field';
import type { Resource } from '../../source/resource';
import { type Context, rule } from '../rule';

type VirtualService = Resource<KindMap['VirtualService']>;

export default rule({
  name: 'unproven-claim-route',
  category: 'security',
  severity: 'error',
  isAboutAbsence: true,
  summary: 'A route matches JWT claims, but no RequestAuthentication at the gateway verifies tokens.',
  url: 'https://istio.io/latest/docs/tasks/security/authentication/jwt-route/',
  docs: `
    Routes can match the claims of a token only after a RequestAuthentication of the gateway's
    proxies has verified it. Without one, no request has the header "@request.auth.claims...", so
    the route never matches, and a route that requires the claim to be absent always matches.

    Fix: add a RequestAuthentication for the gateway.

    RequestAuthentications of the root namespace and those with targetRefs are included; istioctl
    checks "istio-system" and selectors only.
  `,
  sameAs: ['IST0149'],
  check(context) {
    for (const virtualService of configs(context.mesh, 'VirtualService')) {
      const [claim] = claims(virtualService);
      if (!claim) continue;
      for (const reference of virtualService.each('spec.gateways[]')) checkOne(context, claim, reference);
    }
  },
});

const CLAIM = /^@request\.auth\.claims(\..+|\[.+\])$/i;

/** Where routes ask for claims, in the order of the document. */
const claims = (virtualService: VirtualService): Field[] =>
  virtualService.each('spec.http[].match[]').flatMap((match) =>
    (['headers', 'withoutHeaders'] as const).flatMap((where) => {
      const headers = match.child(where);
      return Object.keys(headers.value ?? {})
        .filter((name) => CLAIM.test(name))
        .map((name) => headers.child(name));
    }),
  );

const quoted = ({ path }: Field): string => `"${String(path.at(-1))}"`;

function checkOne({ mesh, report, missing }: Context, claim: Field, reference: Field<string>): void {
  const gateway = gatewayNamed(mesh, reference.value, reference.resource.namespace);
  if (!gateway) return;
  const { selector } = gateway.value.spec ?? {};
  const proxies = workloadsSelected(mesh, selector);
  const message = `no RequestAuthentication verifies tokens at gateway "${reference.value}", so ${quoted(claim)} never matches`;
  const details = { related: [{ place: gateway.at(['metadata', 'name']), message: 'the gateway' }] };
  const unproven = proxies.find((proxy) => requestAuthentications(mesh, proxy).length === 0);
  if (unproven) report(claim.key, message, details);
  else if (proxies.length === 0 && !provenUnseen(mesh, gateway))
    missing(claim.key, { kind: 'RequestAuthentication', namespace: '' }, message, details);
}

/** Of proxies that are not in the input, no more is known than the labels that the gateway selects by. */
const provenUnseen = (mesh: Mesh, { namespace, value }: Gateway): boolean =>
  requestAuthentications(mesh, { namespace, labels: value.spec?.selector ?? {} }).length > 0;
