import type { Rejection, Stage, Step } from '../envoy/run/trace';
import type { Place } from '../source/file';
import type { Hop } from './journey';
import { titleOf } from './titles';

/** One decision of a proxy, told. */
export interface Decision {
  readonly stage: Stage;
  /** What was chosen; absent where nothing was. */
  readonly chosen?: string;
  readonly because?: string;
  /** The YAML that what was chosen was made from. */
  readonly origin?: Place;
  /** The object of the configuration, without the parts that later decisions choose among. */
  readonly config?: object;
  readonly rejected: readonly Alternative[];
  /** Whether the request is refused since none of `rejected` allows it. */
  readonly denies?: true;
  /** Whether a filter does nothing, since it is not meant for the request. */
  readonly isIdle?: true;
}

/** What was not chosen, and why. */
export interface Alternative {
  readonly name: string;
  readonly because: string;
  readonly origin?: Place;
  /** Whether it would take the request as well, and another comes before it. */
  readonly isLater?: true;
}

/** The decisions of a hop, with what each piece is called and where it came from. */
export const decisionsOf = (hop: Hop): Decision[] => hop.steps.map((step) => decisionOf(step, hop));

function decisionOf({ stage, chosen, name, because, rejected, denies, isIdle }: Step, hop: Hop): Decision {
  const origin = chosen && hop.translation.origins.get(chosen);
  return {
    stage,
    ...(chosen && { chosen: titleOf(stage, chosen, name), config: ownPart(chosen) }),
    ...(because !== undefined && { because }),
    ...(origin && { origin }),
    rejected: rejected.map((each) => alternativeOf(stage, each, hop)),
    ...(denies && { denies }),
    ...(isIdle && { isIdle }),
  };
}

function ownPart(piece: object): object {
  const inside = ['filterChains', 'defaultFilterChain', 'virtualHosts', 'routes'];
  return Object.fromEntries(Object.entries(piece).filter(([key]) => !inside.includes(key)));
}

function alternativeOf(
  stage: Stage,
  { candidate, name, because, isLater }: Rejection,
  { translation }: Hop,
): Alternative {
  const origin = translation.origins.get(candidate);
  return { name: titleOf(stage, candidate, name), because, ...(origin && { origin }), ...(isLater && { isLater }) };
}
