import { type KeyPair, gatewayCredentials, keyPairOf } from '../../mesh/gateways/gateway-credentials';
import { rule } from '../rule';

export default rule({
  name: 'unusable-credential',
  category: 'traffic',
  severity: 'error',
  summary: 'The Secret of a gateway has no valid certificate and key.',
  url: 'https://istio.io/latest/docs/tasks/traffic-management/ingress/secure-ingress/',
  docs: `
    Istio reads \`tls.crt\` and \`tls.key\`, or \`cert\` and \`key\`, both in PEM format. When one is
    missing or cannot be read, the proxies get no certificate, and every TLS handshake of this
    server fails.

    Fix: create the Secret with \`kubectl create secret tls\`. The key must not have a passphrase.
  `,
  sameAs: ['IST0161'],
  check({ mesh, report }) {
    for (const { field, name, secret, holds } of gatewayCredentials(mesh)) {
      const fault = secret && holds === 'key' ? faultOf(keyPairOf(secret)) : undefined;
      if (secret && fault)
        report(field, `Secret "${name}" ${fault}`, {
          related: [{ place: secret.at(['metadata', 'name']), message: 'the Secret' }],
          sameAs: field.resource.group === 'networking.istio.io' ? ['IST0161'] : [],
        });
    }
  },
});

function faultOf({ certificate, key, certificateName, keyName }: KeyPair): string | undefined {
  if (certificateName === undefined && keyName === undefined) return 'has neither "tls.crt" nor "tls.key"';
  if (certificateName === undefined) return 'has no "tls.crt"';
  if (keyName === undefined) return 'has no "tls.key"';
  if (!certificate) return `has no valid certificate in "${certificateName}"`;
  return key === 'unreadable' ? `has no valid private key in "${keyName}"` : undefined;
}
