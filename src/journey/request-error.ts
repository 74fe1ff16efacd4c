/** A request that cannot be sent: told in one line. */
export class RequestError extends Error {
  override readonly name = 'RequestError';
}
