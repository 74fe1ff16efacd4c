import type { ExtAuthz, ExtAuthzPerRoute } from '../../config';
import { metadataMismatch } from '../../match/metadata';
import { happens } from '../../match/fraction';
import { silently } from '../../run/because';
import { type HttpFilterKind, assume, say } from '../http-filter';
import { filterConfigs } from '../per-filter-config';
import { routeOf } from '../route';

/** Asks another server whether a request may pass; what that says is assumed. envoy: ExtAuthz::Filter. */
export const extAuthz: HttpFilterKind = {
  decode(stream, filter) {
    const { run, metadata } = stream;
    const config = filter.config as ExtAuthz;
    const perRoute = filterConfigs<ExtAuthzPerRoute>(routeOf(stream), filter.name)[0];
    if (perRoute?.disabled || !happens(run.chance, config.filterEnabled)) return undefined;
    if (
      config.filterEnabledMetadata &&
      metadataMismatch(config.filterEnabledMetadata, metadata, silently) !== undefined
    ) {
      say(stream, filter, () => 'the authorization server is not asked about this request');
      return undefined;
    }
    const denies = run.assumptions
      ? !run.assumptions.holds({ kind: 'external authorization' }, filter.object)
      : run.options.externalAuthorization === 'deny';
    if (!denies) {
      assume(stream, filter, { kind: 'external authorization', assumed: 'allowed' }, () => ALLOWED);
      return undefined;
    }
    assume(stream, filter, { kind: 'external authorization', assumed: 'denied' }, () => DENIED);
    return { status: 403, details: 'ext_authz_denied', flag: 'UAEX' };
  },
};

const ALLOWED = 'the authorization server is asked, and assumed to allow the request';
const DENIED = 'the authorization server is asked, and assumed to deny the request';
