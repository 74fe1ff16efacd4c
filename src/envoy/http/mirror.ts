import type { RequestMirrorPolicy } from '../config';
import { shareOf } from '../match/fraction';
import { endpointsOf } from '../cluster/cluster';
import type { Mirror } from '../run/outcome';
import { portStart } from './host';
import type { RouteChoice, Stream } from './stream';

/** The clusters that get a copy of a request. envoy: Router::Filter::decodeHeaders. */
export function mirrorsOf(stream: Stream, choice: RouteChoice): Mirror[] {
  const { route, virtualHost, configuration } = choice;
  const policies = [
    route?.route?.requestMirrorPolicies,
    virtualHost?.requestMirrorPolicies,
    configuration?.requestMirrorPolicies,
  ].find((each) => each?.length);
  return (policies ?? []).flatMap((policy) => mirrorOf(stream, policy));
}

function mirrorOf(stream: Stream, policy: RequestMirrorPolicy): Mirror[] {
  const { request, run } = stream;
  const clusterName =
    policy.cluster || (policy.clusterHeader && request.first(policy.clusterHeader.toLowerCase())) || '';
  const share = policy.runtimeFraction ? shareOf(policy.runtimeFraction.defaultValue) : 1;
  const reaches = share > 0 && reachable(stream, clusterName);
  run.trace.step('mirror', policy, () =>
    reaches ? `cluster "${clusterName}" gets a copy` : `cluster "${clusterName}" gets no copy`,
  );
  if (!reaches) return [];
  const authority = policy.disableShadowHostSuffixAppend ? request.authority : shadowHost(request.authority);
  return [{ clusterName, authority, share }];
}

function reachable({ run }: Stream, clusterName: string): boolean {
  const cluster = run.lookup.clusters.get(clusterName);
  return cluster !== undefined && endpointsOf(run, cluster).length > 0;
}

/** envoy: ShadowWriterImpl appends `-shadow` to the host, before its port. */
function shadowHost(authority: string): string {
  const colon = portStart(authority);
  return colon < 0 ? `${authority}-shadow` : `${authority.slice(0, colon)}-shadow${authority.slice(colon)}`;
}
