import { configs } from '../../mesh/settings/configs';
import { parseUrl } from '../../schema/go-url';
import { rule } from '../rule';

export default rule({
  name: 'jwks-uri-without-host',
  category: 'security',
  severity: 'error',
  isLocal: true,
  summary: 'The address of the keys of an issuer has no host.',
  url: 'https://istio.io/latest/docs/reference/config/security/request_authentication/',
  docs: `
    istiod fetches the keys of an issuer from \`jwksUri\`. It cannot do so without a host, and sends
    the proxies a key that fits no token: every request with a token of this issuer gets 401.

    Fix: write the whole address, such as \`https://accounts.example.com/keys\`.
  `,
  check({ mesh, report }) {
    for (const policy of configs(mesh, 'RequestAuthentication'))
      for (const field of policy.each('spec.jwtRules[].jwksUri')) {
        // What is not a URL is a finding of the schema.
        const url = parseUrl(field.value);
        if (url?.scheme && !url.host)
          report(field, `"${field.value}" has no host, so every request with a token of this issuer gets 401`);
      }
  },
});
