/** The names of google.rpc.Code, and the HTTP status that Mixer's table has for each. Source: mixer/pkg/protobuf/status */
const STATUSES: readonly (readonly [name: string, http: number])[] = [
  ['OK', 200],
  ['CANCELLED', 408],
  ['UNKNOWN', 500],
  ['INVALID_ARGUMENT', 400],
  ['DEADLINE_EXCEEDED', 504],
  ['NOT_FOUND', 404],
  ['ALREADY_EXISTS', 409],
  ['PERMISSION_DENIED', 403],
  ['RESOURCE_EXHAUSTED', 429],
  ['FAILED_PRECONDITION', 412],
  ['ABORTED', 409],
  ['OUT_OF_RANGE', 400],
  ['UNIMPLEMENTED', 501],
  ['INTERNAL', 500],
  ['UNAVAILABLE', 503],
  ['DATA_LOSS', 500],
  ['UNAUTHENTICATED', 401],
];

/** The name of a code; the number where it is none of google.rpc. */
export const statusName = (code: number): string => STATUSES[code]?.[0] ?? String(code);

/** The HTTP status with which a proxy answers a request that Mixer refuses. */
export const httpStatus = (code: number): number => STATUSES[code]?.[1] ?? 500;
