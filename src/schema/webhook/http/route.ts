/** A route of HTTP. */
import type { HTTPMirrorPolicy, HTTPRoute, HTTPRouteDestination } from '../../kinds/networking';
import { all, each, fields, missing } from '../checks';
import type { Check, Part } from '../part';
import { duration, percentage } from '../values/numbers';
import { corsPolicy } from './cors';
import { destination, someWeight, weighted } from './destination';
import { directResponse } from './direct-response';
import { fault } from './fault';
import { headerOperations, oneAuthority } from './header-operations';
import { httpMatch } from './match';
import { prefixesToRewrite, redirect } from './redirect';
import { retries } from './retries';
import { rewrite } from './rewrite';

const mirror = fields<HTTPMirrorPolicy>({ destination, percentage }, (part) => {
  if (!part.value.destination) missing(part, 'destination');
});

/** istio: mirrorPercentage came in 1.5 */
const FIRST_WITH_PERCENTAGE = 5;

const mirrorPercent: Check<number> = (part) => {
  if (part.value > 100) part.refuse(`${part.value} is more than 100`, { reason: 'limit' });
  else if (part.judged.minor >= FIRST_WITH_PERCENTAGE)
    part.doubt('"mirrorPercent" is deprecated; use "mirrorPercentage" with "value"', { on: 'key' });
};

const httpDestination: Check<HTTPRouteDestination> = all<HTTPRouteDestination>(
  weighted,
  fields<HTTPRouteDestination>({ headers: headerOperations }),
);

const parts = fields<HTTPRoute>(
  {
    match: each(httpMatch),
    headers: headerOperations,
    corsPolicy,
    fault,
    mirror_percent: mirrorPercent,
    mirrorPercent,
    mirrorPercentage: percentage,
    mirror: destination,
    mirrors: each(mirror),
    redirect,
    directResponse,
    retries,
    rewrite,
    route: all(each(httpDestination), someWeight),
    timeout: duration,
  },
  oneAuthority,
  prefixesToRewrite,
);

/** istio: validation.validateHTTPRoute */
export function httpRoute(part: Part<HTTPRoute>, of: 'delegate' | 'root'): void {
  if (of === 'delegate' && part.value.delegate)
    part
      .at('delegate')
      .refuse('a VirtualService without hosts is a delegate, and a delegate cannot delegate', { on: 'key' });
  if (part.value.delegate && of === 'root') rootConflicts(part);
  else conflicts(part);
  parts(part);
}

const isUsed = ({ value }: Part<HTTPRoute>, name: keyof HTTPRoute): boolean => {
  const field = value[name];
  return Array.isArray(field) ? field.length > 0 : field !== undefined && field !== null;
};

/** Of a route that delegates, everything but these is merged into the routes of the delegate. */
function rootConflicts(part: Part<HTTPRoute>): void {
  for (const name of ['redirect', 'route'] as const)
    if (isUsed(part, name)) exclude(part, name, 'delegate', 'the delegate says where requests go');
}

/** istio: validation.validateHTTPRouteConflict */
function conflicts(part: Part<HTTPRoute>): void {
  const answer = (['redirect', 'directResponse'] as const).find((name) => isUsed(part, name));
  if (answer)
    for (const name of ['route', 'fault', 'rewrite', 'directResponse'] as const)
      if (name !== answer && isUsed(part, name)) exclude(part, name, answer, 'the proxy answers by itself');
  if (!answer && !isUsed(part, 'route'))
    part.refuse('the route has no action; set "route", "redirect" or "directResponse"');
  if (isUsed(part, 'mirror') && isUsed(part, 'mirrors'))
    exclude(part, 'mirror', 'mirrors', '"mirrors" holds all of them');
}

function exclude(part: Part<HTTPRoute>, name: keyof HTTPRoute, other: string, because: string): void {
  part.at(name).refuse(`"${name}" cannot be combined with "${other}": ${because}`, { on: 'key', reason: 'exclusive' });
}
