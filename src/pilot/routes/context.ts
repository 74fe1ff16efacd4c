import type { Service } from '../../mesh/services/service';
import type { VirtualService } from '../../mesh/traffic/virtual-services';
import type { Push } from '../context';

/** For whom and where the routes of a VirtualService are translated. istio: route.RouteOptions */
export interface RouteContext {
  readonly push: Push;
  readonly virtualService: VirtualService;
  /** The port that clients ask for; 0 where it can be any. */
  readonly port: number;
  /** `mesh` or `namespace/name`. */
  readonly gateway: string;
  readonly scheme: 'http' | 'https';
  /** The service that a destination's host means. */
  readonly services: (host: string) => Service | undefined;
}
