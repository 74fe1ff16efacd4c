/** Istio's metrics: istio.stats. */
import type { Extension } from '../../envoy/config';
import { alphabetically } from '../../mesh/services/hostname';
import { type MetricOverride, metrics } from '../../mesh/telemetry/metrics';
import { providerNamed } from '../../mesh/telemetry/telemetry';
import { perPushAnd } from '../context';
import { protoDuration } from '../duration';
import { type ListenerClass, sideOf, workloadOf } from '../listener-class';
import { message } from '../message';

/** What reports to each provider, the same for HTTP and TCP. istio: Telemetries.telemetryFilters */
export const stats = perPushAnd((push, listeners: ListenerClass): readonly Extension[] => {
  const byProvider = [...metrics(push.mesh, workloadOf(push))].sort(([one], [other]) => alphabetically(one, other));
  return byProvider.flatMap(([name, { client, server, reportingInterval }]) => {
    // The only provider that is a filter.
    if (!providerNamed(push.mesh, name)?.prometheus) return [];
    const { disabled, overrides } = sideOf(listeners) === 'SERVER' ? server : client;
    if (disabled) return [];
    const typedConfig = message('stats.PluginConfig', {
      ...(listeners !== 'outbound' && { disableHostHeaderFallback: true }),
      ...(reportingInterval !== undefined && { tcpReportingDuration: protoDuration(reportingInterval) }),
      ...(push.proxy.kind === 'waypoint' && { reporter: 'SERVER_GATEWAY' }),
      ...(overrides.length > 0 && { metrics: overrides.map(metric) }),
    });
    return [{ name: 'istio.stats', typedConfig }];
  });
});

/** istio: generateStatsConfig */
function metric({ name, disabled, tags }: MetricOverride): object {
  const removed = tags.filter(({ value }) => value === undefined).map((tag) => tag.name);
  const set = tags.flatMap((tag) => (tag.value === undefined ? [] : [[tag.name, tag.value] as const]));
  return {
    name: PROMETHEUS.get(name) ?? name,
    ...(set.length > 0 && { dimensions: Object.fromEntries(set) }),
    ...(removed.length > 0 && { tagsToRemove: removed }),
    ...(disabled && { drop: true }),
  };
}

const PROMETHEUS = new Map([
  ['REQUEST_COUNT', 'requests_total'],
  ['REQUEST_DURATION', 'request_duration_milliseconds'],
  ['REQUEST_SIZE', 'request_bytes'],
  ['RESPONSE_SIZE', 'response_bytes'],
  ['TCP_OPENED_CONNECTIONS', 'tcp_connections_opened_total'],
  ['TCP_CLOSED_CONNECTIONS', 'tcp_connections_closed_total'],
  ['TCP_SENT_BYTES', 'tcp_sent_bytes_total'],
  ['TCP_RECEIVED_BYTES', 'tcp_received_bytes_total'],
  ['GRPC_REQUEST_MESSAGES', 'request_messages_total'],
  ['GRPC_RESPONSE_MESSAGES', 'response_messages_total'],
]);
