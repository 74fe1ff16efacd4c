import type { Conflict } from '../../mesh/gateway-api/conflicts';
import { conflictedListeners } from '../../mesh/gateway-api/gateways';
import { configs } from '../../mesh/settings/configs';
import { rule } from '../rule';

export default rule({
  name: 'duplicate-listener',
  category: 'conflict',
  isLocal: true,
  severity: 'error',
  summary: 'Two listeners of a Gateway have the same port, protocol and hostname, or cannot share their port.',
  url: 'https://gateway-api.sigs.k8s.io/reference/spec/',
  docs: `
    Port, protocol and hostname identify a listener of a Gateway. Of two equal listeners, or two
    that use one port both with and without TLS, the later one is not accepted (Conflicted), and
    routes that are attached to it get no requests. The API server rejects listeners that are
    entirely equal.

    Fix: give the listeners different hostnames or ports, or remove one.
  `,
  sameAs: ['KIA1503', 'HostnameConflict', 'ProtocolConflict'],
  check({ mesh, report }) {
    const reasons = new Map(
      conflictedListeners(mesh).map(({ field, conflict }) => [field.value, REASONS[conflict.about]]),
    );
    for (const gateway of configs(mesh, 'KubernetesGateway')) {
      // The schema requires a name, a port and a protocol.
      const listeners = gateway
        .each('spec.listeners[]')
        .filter(({ value }) => value.name && value.port !== undefined && value.protocol);
      for (const [index, listener] of listeners.entries()) {
        const prior = listeners.slice(0, index).find(({ value }) => areAlike(value, listener.value));
        if (!prior) continue;
        const { port, protocol, hostname, name } = listener.value;
        const isSame = prior.value.protocol === protocol;
        const what = `port ${port}, protocol ${protocol} and ${hostname ? `hostname "${hostname}"` : 'no hostname'}`;
        report(
          listener.get('name'),
          isSame
            ? `listener "${name}" has the same ${what} as listener "${prior.value.name}"`
            : `listener "${name}" uses port ${port} for ${protocol}, but listener "${prior.value.name}" uses it for ${prior.value.protocol}`,
          {
            related: [{ place: prior.get('name'), message: 'conflicts with this listener' }],
            sameAs: [...(isSame && hostname ? ['KIA1503'] : []), ...(reasons.get(listener.value) ?? [])],
          },
        );
      }
    }
  },
});

/** Istio's reason for the conditions of a listener that conflicts with another one. */
export const REASONS: Readonly<Record<Conflict['about'], readonly string[]>> = {
  protocol: ['ProtocolConflict'],
  hostname: ['HostnameConflict'],
};

interface Listener {
  port?: number;
  protocol?: string;
  hostname?: string;
}

/** Whether the later one would be in conflict with the earlier. */
function areAlike(one: Listener, other: Listener): boolean {
  if (one.port !== other.port) return false;
  if (one.protocol === other.protocol) return (one.hostname ?? '') === (other.hostname ?? '');
  const layers = [layerOf(one), layerOf(other)];
  return !layers.includes('other') && layers[0] !== layers[1];
}

function layerOf({ protocol }: Listener): 'http' | 'tls' | 'tcp' | 'other' {
  if (protocol === 'HTTP') return 'http';
  if (protocol === 'HTTPS' || protocol === 'TLS') return 'tls';
  return protocol === 'TCP' ? 'tcp' : 'other';
}
