import type { HttpFilter } from '../../envoy/config';
import { message } from '../message';

/** Does nothing until a route says so. istio: filters.Fault */
export const fault: HttpFilter = {
  name: 'envoy.filters.http.fault',
  typedConfig: message('envoy.extensions.filters.http.fault.v3.HTTPFault', {}),
};
