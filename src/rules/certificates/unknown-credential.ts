import { type Credential, gatewayCredentials, namespacesWithSecret } from '../../mesh/gateways/gateway-credentials';
import { makersOfSecret } from '../../mesh/gateways/secret-makers';
import { didYouMean, oneOf } from '../../schema/spelling';
import { reasonsOfListener } from './gateway-certificates';
import { type Context, rule } from '../rule';

export default rule({
  name: 'unknown-credential',
  category: 'reference',
  severity: 'error',
  summary: 'A gateway references a Secret that does not exist in the namespace of its proxies.',
  url: 'https://istio.io/latest/docs/tasks/traffic-management/ingress/secure-ingress/',
  docs: `
    The proxies of a Gateway read their certificates from Secrets in the namespace of the proxy
    pods, which often differs from the namespace of the Gateway. A Gateway of the Gateway API reads
    them from its own namespace or from the one that it names. When the Secret is missing, Envoy
    waits for it: the listener accepts connections and closes them, and clients see a failed
    handshake.

    Fix: create the Secret in that namespace, or correct the name. Objects that create the Secret
    count as well: a cert-manager Certificate, an ExternalSecret, a SealedSecret, or a Gateway or
    Ingress with a cert-manager annotation.
  `,
  sameAs: ['IST0101', 'InvalidCertificateRef', 'Invalid', 'ListenersNotValid'],
  check(context) {
    for (const credential of gatewayCredentials(context.mesh)) if (!credential.secret) checkOne(context, credential);
  },
});

function checkOne({ mesh, report, missing }: Context, credential: Credential): void {
  const { field, name, namespace } = credential;
  const makers = makersOfSecret(mesh, name);
  if (makers.some((made) => made.namespace === undefined || made.namespace === namespace)) return;
  const message = `Secret "${name}" does not exist in namespace "${namespace}", where the proxies of the gateway read it`;
  const sameAs = field.resource.group === 'networking.istio.io' ? ['IST0101'] : reasonsOfListener(mesh, credential);
  const [made] = makers;
  if (made)
    return report(field, `${message}; ${made.maker.title} creates it in namespace "${made.namespace}"`, {
      related: [{ place: made.maker.at(['metadata', 'name']), message: 'creates the Secret' }],
      sameAs,
    });
  const elsewhere = namespacesWithSecret(mesh, name);
  const names = mesh.all('Secret').flatMap((each) => (each.namespace === namespace ? each.name : []));
  const hint = elsewhere.length > 0 ? `, only in ${oneOf(elsewhere, 'and')}` : didYouMean(name, names);
  missing(field, { kind: 'Secret', namespace }, `${message}${hint}`, { sameAs });
}
