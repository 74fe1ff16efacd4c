import type { HttpRbac, RbacConfig, RbacPerRoute } from '../../config';
import type { Facts } from '../../rbac/facts';
import { type Verdict, denialDetails, denialOf, check, enforced, named, verdictText } from '../../rbac/engine';
import { type HttpFilterKind, type Installed } from '../http-filter';
import { filterConfigs } from '../per-filter-config';
import type { Reply } from '../reply';
import { routeOf } from '../route';
import type { Stream } from '../stream';

const METADATA = 'envoy.filters.http.rbac';

/** Refuses what its policies do not allow. envoy: RoleBasedAccessControlFilter. */
export const rbac: HttpFilterKind = {
  decode(stream, filter) {
    const perRoute = filterConfigs<RbacPerRoute>(routeOf(stream), filter.name)[0];
    const own = filter.config as HttpRbac;
    const config = perRoute ? perRoute.rbac : own;
    if (!config) return undefined;
    if (config.matcher ?? config.shadowMatcher) tell(stream, filter, () => 'matcher trees are not simulated');
    if (config.shadowRules) rehearse(config, stream, filter);
    return config.rules ? enforce(config.rules, stream, filter) : undefined;
  },
};

/** Judges without consequences, but leaves the verdict to filters that come later. */
function rehearse({ shadowRules, shadowRulesStatPrefix = '' }: RbacConfig, stream: Stream, filter: Installed): void {
  const verdict = check(shadowRules!, factsOf(stream), stream.run.trace.because);
  const metadata = (stream.metadata[METADATA] ??= {});
  if (verdict.policy) metadata[`${shadowRulesStatPrefix}shadow_effective_policy_id`] = verdict.policy.name;
  metadata[`${shadowRulesStatPrefix}shadow_engine_result`] = verdict.allowed ? 'allowed' : 'denied';
  tell(stream, filter, () => `in rehearsal the request would be ${verdictText(verdict)}`, verdict);
}

function enforce(rules: NonNullable<RbacConfig['rules']>, stream: Stream, filter: Installed): Reply | undefined {
  const verdict = check(rules, factsOf(stream), stream.run.trace.because);
  if (rules.action === 'LOG') {
    (stream.metadata['envoy.common'] ??= {})['access_log_hint'] = verdict.policy !== undefined;
    tell(
      stream,
      filter,
      () =>
        verdict.policy ? `policy "${verdict.policy.name}" has the request logged` : 'no policy has the request logged',
      verdict,
    );
    return undefined;
  }
  stream.run.trace.step(
    'http filter',
    verdict.policy?.object ?? filter.object,
    () => `the request is ${verdictText(verdict)}`,
    enforced(verdict),
  );
  if (verdict.allowed) return undefined;
  return {
    status: 403,
    details: denialDetails(verdict),
    body: 'RBAC: access denied',
    denial: denialOf(rules, verdict),
  };
}

function tell({ run }: Stream, { object }: Installed, because: () => string, verdict?: Verdict): void {
  run.trace.step('http filter', verdict?.policy?.object ?? object, because, verdict && named(verdict));
}

function factsOf(stream: Stream): Facts {
  const { connection, request, remoteAddress, metadata, filterState } = stream;
  const routeMetadata = routeOf(stream).route?.metadata?.filterMetadata ?? {};
  const { assumptions } = stream.run;
  return {
    connection,
    headers: request,
    remoteAddress,
    metadata,
    routeMetadata,
    filterState,
    ...(assumptions && { assumptions }),
    mayHaveClaims: stream.mayHaveClaims ?? false,
  };
}
