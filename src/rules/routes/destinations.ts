/** The weighted destinations of routes. */
import type { VirtualService } from '../../mesh/traffic/virtual-services';
import type { Destination, HTTPRouteDestination } from '../../schema/kinds/networking';
import type { Field } from '../../source/field';

/** One destination of a route: where it is written, and with its host in full. */
export interface WeightedDestination {
  readonly field: Field<HTTPRouteDestination>;
  readonly destination: Destination;
  readonly weight: number | undefined;
}

/** All destinations of one route. */
export interface Split {
  readonly kind: 'http' | 'tls' | 'tcp';
  readonly destinations: readonly WeightedDestination[];
}

/** The destinations of every route of a VirtualService, those of its delegates included. */
export const destinationsIn = (virtualService: VirtualService): Split[] =>
  (['http', 'tls', 'tcp'] as const).flatMap((kind) =>
    virtualService[kind].map(({ value, field }) => ({
      kind,
      destinations: (value.route ?? []).map(({ destination = {}, weight }, index) => ({
        field: field.child('route').child(index) as Field<HTTPRouteDestination>,
        destination,
        weight,
      })),
    })),
  );
