import type { HttpFilter } from '../../envoy/config';
import { message } from '../message';

/** Does nothing until a route says so. istio: filters.Cors */
export const cors: HttpFilter = {
  name: 'envoy.filters.http.cors',
  typedConfig: message('envoy.extensions.filters.http.cors.v3.Cors', {}),
};
