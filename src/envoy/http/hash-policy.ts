import type { HashPolicy } from '../config';
import type { Stream } from './stream';
import { queryParameters } from '../match/query';

/** Of what the load balancer makes its hash, where something that it is told to use is there. envoy: HashPolicyImpl::generateHash. */
export function hashedBy(policies: readonly HashPolicy[] | undefined, stream: Stream): string | undefined {
  const found: string[] = [];
  for (const policy of policies ?? []) {
    const source = sourceOf(policy, stream);
    if (source) found.push(source);
    if (found.length && policy.terminal) break;
  }
  return found.join(', ') || undefined;
}

function sourceOf(policy: HashPolicy, stream: Stream): string | undefined {
  const { header, cookie, connectionProperties, queryParameter, filterState } = policy;
  if (header?.headerName)
    return present(stream.request.joined(header.headerName.toLowerCase()), `header "${header.headerName}"`);
  if (cookie?.name) return cookieSource(cookie.name, cookie.ttl !== undefined, stream);
  if (connectionProperties?.sourceIp) return `the client's address ${stream.remoteAddress}`;
  if (filterState?.key) return present(stream.filterState.get(filterState.key), `filter state "${filterState.key}"`);
  const parameter = queryParameters(stream.request.path).find(([name]) => name === queryParameter?.name);
  return present(parameter?.[1], `query parameter "${queryParameter?.name ?? ''}"`);
}

const present = (value: string | undefined, of: string): string | undefined =>
  value === undefined ? undefined : `${of}, which is "${value}"`;

function cookieSource(name: string, made: boolean, { request }: Stream): string | undefined {
  const value = cookieOf(request.first('cookie'), name);
  if (value === undefined && made) return `cookie "${name}", which is set for the client`;
  return present(value, `cookie "${name}"`);
}

/** The value of a cookie in a Cookie header. */
export function cookieOf(header: string | undefined, name: string): string | undefined {
  const pairs = (header ?? '').split(';').map((pair) => pair.trim().split('='));
  return pairs
    .find(([key]) => key === name)
    ?.slice(1)
    .join('=');
}
