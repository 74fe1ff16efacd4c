import { conflictedListeners } from '../../mesh/gateway-api/gateways';
import { LISTENER_SET } from '../../mesh/gateway-api/references';
import { rule } from '../rule';
import { REASONS } from './duplicate-listener';
import { reasonsOf } from './listener-reasons';

export default rule({
  name: 'conflicting-listener-set',
  category: 'conflict',
  severity: 'error',
  summary: 'A listener of a ListenerSet conflicts with another listener of the same Gateway.',
  url: 'https://gateway-api.sigs.k8s.io/reference/spec/',
  docs: `
    The listeners of a Gateway come first, then those of its ListenerSets, the oldest ListenerSet
    first. A listener with the port and hostname of an earlier one, or with another protocol for
    them, is not accepted (HostnameConflict, ProtocolConflict): nothing listens for it, and routes
    that are attached to it get no requests. If no listener of the ListenerSet is left, the whole
    ListenerSet is not accepted (ListenersNotValid).

    Fix: give the listener another hostname or port, or attach the routes to the earlier listener.
  `,
  sameAs: ['HostnameConflict', 'ProtocolConflict', 'ListenersNotValid'],
  check({ mesh, report }) {
    for (const { owner, field, conflict } of conflictedListeners(mesh)) {
      if (owner.kind !== LISTENER_SET) continue;
      const { name, protocol, hostname } = field.value;
      const { prior, about } = conflict;
      const there = `listener "${prior.value.name}" of ${prior.resource.title}`;
      const message =
        about === 'hostname'
          ? `listener "${name}" has the same port and hostname${hostname ? ` "${hostname}"` : ''} as ${there}`
          : `listener "${name}" uses the port for ${protocol}, but ${there} uses it for ${prior.value.protocol}`;
      report(field.get('name'), `${message}, so it is not accepted`, {
        related: [{ place: prior.get('name'), message: 'conflicts with this listener' }],
        sameAs: reasonsOf(mesh, owner.resource, ...REASONS[about]),
      });
    }
  },
});
