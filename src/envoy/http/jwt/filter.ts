import type { JwtAuthentication, JwtPerRoute, JwtRequirement, JwtRule } from '../../config';
import { withoutQuery } from '../../match/path';
import { silently } from '../../run/because';
import type { Header } from '../../run/header-map';
import { isPreflight } from '../filters/cors';
import { type HttpFilterKind, say, sayIdle } from '../http-filter';
import { filterConfigs } from '../per-filter-config';
import type { Reply } from '../reply';
import { conditionMismatch, pathMismatch } from '../route-match';
import { routeOf } from '../route';
import type { Stream } from '../stream';
import { AUDIENCE, MISSING, OK, type Status } from './provider';
import { checkRequirement } from './requirement';
import { own } from '../../own';

/** Asks for tokens, and checks those that are there. envoy: JwtAuthn::Filter. */
export const jwtAuthn: HttpFilterKind = {
  decode(stream, filter) {
    const config = filter.config as JwtAuthentication;
    const requirement = requirementFor(stream, config, filter.name);
    if (!requirement) {
      sayIdle(stream, filter, () => 'no token is asked for');
      return undefined;
    }
    if (stream.run.assumptions) {
      stream.mayHaveClaims = true;
      say(stream, filter, () => 'the tokens of the request are not known');
      return undefined;
    }
    const status = checkRequirement(stream, config, requirement);
    say(stream, filter, () =>
      status === OK ? 'the tokens of the request are good, or none is needed' : inWords(status),
    );
    return status === OK ? undefined : refusal(stream, config, status);
  },
};

function requirementFor(stream: Stream, config: JwtAuthentication, name: string): JwtRequirement | undefined {
  if (config.bypassCorsPreflight && isPreflight(stream.request)) return undefined;
  const perRoute = filterConfigs<JwtPerRoute>(routeOf(stream), name)[0];
  if (perRoute?.disabled) return undefined;
  if (perRoute?.requirementName) return own(config.requirementMap, perRoute.requirementName);
  const rule = config.rules?.find((each) => isFor(each, stream));
  return rule?.requires ?? own(config.requirementMap, rule?.requirementName ?? '');
}

function isFor({ match = {} }: JwtRule, { request }: Stream): boolean {
  const path = pathMismatch(match, withoutQuery(request.path), request.method, silently);
  return path === undefined && conditionMismatch(match, request, silently) === undefined;
}

const inWords = (status: Status): string => `the request is refused: ${status}`;

function refusal({ request }: Stream, { stripFailureResponse }: JwtAuthentication, status: Status): Reply {
  const details = `jwt_authn_access_denied{${status.replace(/\s/g, '_')}}`;
  const code = status === AUDIENCE ? 403 : 401;
  if (stripFailureResponse) return { status: code, details };
  const realm = `${request.first(':scheme') ?? 'http'}://${request.authority}${request.path.slice(0, 256)}`;
  const challenge: Header = [
    'www-authenticate',
    `Bearer realm="${realm}"${status === MISSING ? '' : ', error="invalid_token"'}`,
  ];
  return { status: code, details, body: status, headers: [challenge] };
}
