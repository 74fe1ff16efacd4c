/** Which match of HTTP routes takes all that another takes. */
import { selects } from '../../mesh/labels';
import type { HTTPMatchRequest } from '../../schema/kinds/networking';
import { conditionsOf, follows } from './conditions';
import { pathsOf } from './requests';
import { contains, containsAll } from './texts';

/** Whether, of the requests at one gateway (`mesh` is one), a match certainly takes all that another takes. A route without matches takes everything. */
export function hides(
  wide: HTTPMatchRequest | undefined,
  narrow: HTTPMatchRequest | undefined,
  gateway: string,
): boolean {
  if (!wide) return true;
  return isForAll(wide, narrow ?? {}, gateway) && takesPaths(wide, narrow ?? {}) && takesValues(wide, narrow ?? {});
}

/** Whether a match is asked at all at a gateway. istio: route.sourceMatchHTTP */
export const isAskedAt = (match: Pick<HTTPMatchRequest, 'gateways'> | undefined, gateway: string): boolean =>
  !match?.gateways?.length || match.gateways.includes(gateway);

type Origin = Pick<HTTPMatchRequest, 'port' | 'gateways' | 'sourceLabels' | 'sourceNamespace'>;

/** Whether a match is asked by every proxy that asks another. Where gateways are named, the sources are not looked at. */
export function isForAll(wide: Origin, narrow: Origin, gateway: string): boolean {
  if (wide.port && wide.port !== narrow.port) return false;
  if (!isAskedAt(wide, gateway)) return false;
  if (wide.gateways?.length) return true;
  const { sourceLabels, sourceNamespace } = narrow.gateways?.length ? {} : narrow;
  if (!selects(wide.sourceLabels, sourceLabels ?? {})) return false;
  return !wide.sourceNamespace || wide.sourceNamespace === sourceNamespace;
}

function takesPaths(wide: HTTPMatchRequest, narrow: HTTPMatchRequest): boolean {
  const [ours, theirs] = [pathsOf(wide), pathsOf(narrow)];
  if (!ours) return true;
  return theirs ? contains(ours, theirs) : containsAll(ours);
}

function takesValues(wide: HTTPMatchRequest, narrow: HTTPMatchRequest): boolean {
  const wanted = conditionsOf(wide);
  if (wanted.length === 0) return true;
  const given = conditionsOf(narrow);
  return wanted.every((condition) => follows(condition, given));
}
