/** Where routes lead. */
import type { Destination, RouteDestination } from '../../kinds/networking';
import { each, fields, misspelt, missing, spelt, unlessEmpty } from '../checks';
import { type Check, type Part, isConverted } from '../part';
import { label, wildcardDomain } from '../values/hosts';
import { notNegative, portSelector } from '../values/numbers';

const destinationHost: Check<string> = (part) => {
  const bad = wildcardDomain(part.value);
  if (part.value === '*') part.refuse('"*" cannot be a destination: it names no host');
  else if (bad) misspelt(part, part.value, bad);
};

/** istio: validation.validateDestination */
export const destination = fields<Destination>(
  { host: destinationHost, subset: unlessEmpty(spelt(label)), port: portSelector },
  (part) => {
    if (part.value.host === undefined) missing(part, 'host');
  },
);

/** What a route of the Gateway API leads to is named in other ways. */
const routeDestination: Check<Destination> = (part) => {
  if (!isConverted(part, 'route')) destination(part);
};

interface Weighted {
  destination?: Destination;
  weight?: number;
}

/** One of the places that a route shares its traffic among. */
export const weighted = fields<Weighted>({ destination: routeDestination, weight: notNegative }, (part) => {
  if (!part.value.destination) missing(part, 'destination');
});

/** Of several destinations one must get something. */
export const someWeight: Check<readonly Weighted[]> = (part) => {
  const total = part.value.reduce((sum, item) => sum + (item?.weight ?? 0), 0);
  if (part.value.length > 1 && total === 0)
    part.refuse('the weights of the destinations add up to 0; set "weight" on at least one destination', {
      on: 'key',
    });
};

/** The destinations of a route of TCP or TLS. istio: validation.validateRouteDestinations */
export function routeDestinations(part: Part<RouteDestination[] | undefined>): void {
  each(weighted)(part as Part<RouteDestination[]>);
  if (part.value) someWeight(part as Part<RouteDestination[]>);
}
