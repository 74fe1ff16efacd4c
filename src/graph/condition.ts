/** The conditions of a route in the words of a request line. */
import type { HTTPMatchRequest, L4MatchAttributes, StringMatch, TLSMatchAttributes } from '../schema/kinds/networking';

/** What a match of an HTTP route asks of a request; empty where it asks for nothing. */
export function httpCondition(match: HTTPMatchRequest): string {
  const { uri, method, authority, scheme, headers = {}, withoutHeaders = {}, queryParams = {}, port } = match;
  const parts = [
    method && text(method),
    scheme && `scheme ${text(scheme)}`,
    authority && `host ${text(authority)}`,
    uri && text(uri),
    ...Object.entries(queryParams).map(([name, value]) => `?${name}=${text(value)}`),
    ...Object.entries(headers).map(([name, value]) => `${name}: ${text(value)}`),
    ...Object.entries(withoutHeaders).map(([name, value]) => `not ${name}: ${text(value)}`),
    port && `port ${port}`,
    ...source(match),
  ];
  return parts.filter(Boolean).join(', ');
}

/** What a match of a TLS or TCP route asks of a connection. */
export function connectionCondition(match: TLSMatchAttributes & L4MatchAttributes): string {
  const { sniHosts = [], destinationSubnets = [], port } = match;
  const parts = [
    sniHosts.length > 0 && `SNI ${sniHosts.join(' or ')}`,
    destinationSubnets.length > 0 && `to ${destinationSubnets.join(' or ')}`,
    port && `port ${port}`,
    ...source(match),
  ];
  return parts.filter(Boolean).join(', ');
}

function source({ sourceLabels, sourceNamespace }: Pick<HTTPMatchRequest, 'sourceLabels' | 'sourceNamespace'>) {
  const labels = Object.entries(sourceLabels ?? {}).map(([name, value]) => `${name}=${value}`);
  return [sourceNamespace && `from ${sourceNamespace}`, labels.length > 0 && `from ${labels.join(' ')}`];
}

function text({ exact, prefix, regex }: StringMatch): string {
  if (exact !== undefined) return exact;
  if (prefix !== undefined) return `${prefix}*`;
  return regex === undefined ? '*' : `~${regex}`;
}
