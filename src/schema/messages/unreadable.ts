/** Why a message cannot be read. */
export class Unreadable extends Error {
  constructor(
    /** Below the message, as `filters[0].name`. */
    readonly path: string,
    readonly reason: string,
  ) {
    super(`${path} ${reason}`);
  }
}

/** An extension has a type that Istio does not know. */
export class UnknownType extends Unreadable {}

/** A mistake at a path that begins with a dot. */
export const unreadable = (path: string, reason: string): Unreadable => new Unreadable(path.replace(/^\./, ''), reason);
