import { policiesOnTcp } from './http-on-tcp';
import { rule } from '../rule';
import { codesOfDoubt } from '../documents/schema-doubts';

export default rule({
  name: 'http-policy-on-tcp-port',
  category: 'security',
  severity: 'warning',
  summary: 'An AuthorizationPolicy uses HTTP fields for a port that is not HTTP.',
  docs: `
    On a port whose protocol is not HTTP, a proxy sees connections, not methods, paths or hosts. There an
    ALLOW rule that asks for them never matches, and of a DENY rule only the rest counts: one that
    denies nothing but a path refuses every connection. Name the ports of HTTP in the operation, or
    correct the protocol of the Service's port (its name or appProtocol).

    Said of ALLOW rules only where none of the ports carries HTTP, of DENY rules as soon as one does not.
    On ports without a protocol the proxy finds out by itself; nothing is said of those.
  `,
  sameAs: ['IST0133'],
  check(context) {
    for (const { place, message, related } of policiesOnTcp(context.mesh))
      context.report(place, message, { related, sameAs: codesOfDoubt(context, place, 'http-of-tcp') });
  },
});
