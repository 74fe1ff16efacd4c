import { gatewayCredentials, namespacesWithSecret } from '../mesh/gateway-credentials';
import { didYouMean, oneOf } from '../schema/spelling';
import { rule } from './rule';

export default rule({
  name: 'unknown-credential',
  category: 'reference',
  severity: 'error',
  summary: 'A gateway names a Secret that is not where its proxies look for it.',
  docs: `
    Proxies of a gateway take their certificates from Secrets in the namespace in which they run,
    which is often not that of the Gateway; those of the Gateway API from the namespace of the
    Gateway, or the one that is named. Where the Secret is missing, Envoy waits for it: the
    listener accepts connections and closes them, and clients see a failed handshake.
  `,
  sameAs: ['IST0101'],
  check({ mesh, missing }) {
    for (const { field, name, namespace, secret } of gatewayCredentials(mesh)) {
      if (secret) continue;
      const elsewhere = namespacesWithSecret(mesh, name);
      const names = mesh.all('Secret').flatMap((each) => (each.namespace === namespace ? each.name : []));
      const hint = elsewhere.length > 0 ? `, only in ${oneOf(elsewhere, 'and')}` : didYouMean(name, names);
      missing(
        field,
        { kind: 'Secret', namespace },
        `there is no Secret "${name}" in namespace "${namespace}", where the proxies of the gateway look for it${hint}`,
        { sameAs: field.resource.group === 'networking.istio.io' ? ['IST0101'] : [] },
      );
    }
  },
});
