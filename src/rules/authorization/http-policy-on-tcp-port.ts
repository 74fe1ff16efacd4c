import { policiesOnTcp } from './http-on-tcp';
import { rule } from '../rule';
import { codesOfDoubt } from '../documents/schema-doubts';

export default rule({
  name: 'http-policy-on-tcp-port',
  category: 'security',
  severity: 'warning',
  summary: 'An AuthorizationPolicy uses HTTP fields for a port that is not HTTP.',
  url: 'https://istio.io/latest/docs/reference/config/security/authorization-policy/',
  docs: `
    On a port that is not HTTP, the proxy sees connections without methods, paths or hosts. An ALLOW
    rule with such fields never matches there. Of a DENY rule only the other fields are compared: a
    rule that only names a path denies every connection.

    Fix: limit the rule to HTTP ports with \`ports\`, or correct the protocol of the Service's port
    (its name or \`appProtocol\`).

    A server of a Gateway with TLS mode PASSTHROUGH, or with protocol TCP or TLS, passes connections
    on. An ALLOW policy with HTTP rules alone closes such a server, also if it was written for
    another server of the same proxies; a DENY rule denies its connections.

    On other workloads, an ALLOW rule is reported only if none of the ports is HTTP, a DENY rule as soon as one port is
    not. Ports without a protocol are not reported, because the proxy detects the protocol.
  `,
  sameAs: ['IST0133'],
  check(context) {
    for (const { place, message, related } of policiesOnTcp(context.mesh))
      context.report(place, message, { related, sameAs: codesOfDoubt(context, place, 'http-of-tcp') });
  },
});
