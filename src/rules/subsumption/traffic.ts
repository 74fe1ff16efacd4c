/** The two things that routes take: requests of HTTP, and connections. */
import type { HTTPMatchRequest } from '../../schema/kinds/networking';
import { hides } from './http';
import { type ConnectionMatch, connectionFor, hidesConnections } from './l4';
import { requestFor, written } from './requests';
import type { Traffic } from './routes';

export const REQUESTS: Traffic<HTTPMatchRequest> = {
  hides,
  example(match) {
    const request = requestFor(match ?? {});
    return request && written(request);
  },
};

export const CONNECTIONS: Traffic<ConnectionMatch> = {
  hides: hidesConnections,
  example: (match) => connectionFor(match ?? {}),
};
