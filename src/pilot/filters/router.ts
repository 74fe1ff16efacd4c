import type { HttpFilter } from '../../envoy/config';
import { message } from '../message';

const filter = (content: object): HttpFilter => ({
  name: 'envoy.filters.http.router',
  typedConfig: message('envoy.extensions.filters.http.router.v3.Router', content),
});

/** Sends requests on, the last filter of all. istio: filters.BuildRouterFilter */
export const router = filter({});

/** The same, but it tells nothing of itself in headers. */
export const silentRouter = filter({ suppressEnvoyHeaders: true });
