import type { KubernetesObject } from '../../source/resource';

/** An object as the API server sends it: with the version under which it is stored. */
export type Obj = KubernetesObject & { metadata: { resourceVersion?: string } };

/** The API server answers with an error. */
export class ApiError extends Error {
  // The build lays this class into two files: an instance is known by its name.
  override readonly name = 'ApiError';

  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

/** Whether something thrown is an ApiError. */
export const isApiError = (error: unknown): error is ApiError => error instanceof Error && error.name === 'ApiError';

/** Hears of the objects of a list, and of what becomes of them. */
export interface Listener {
  /** What is kept of an object; it keeps its resource version. */
  readonly kept: (object: Obj) => Obj;
  readonly put: (object: Obj) => void;
  readonly remove: (object: Obj) => void;
  /** All objects of the list have been put. */
  readonly synced: () => void;
  /** The API server accepted the watch. */
  readonly connected: () => void;
  /** The list or watch failed and is over; `start` goes on where it was. */
  readonly failed: (error: unknown) => void;
}

/** A list of objects that is kept up to date. */
export interface FollowedList {
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** The API server of a cluster. */
export interface ApiClient {
  readonly server: string;
  /** Sends a request and returns the value of its answer. Throws an ApiError, or the error of the network. */
  request(method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, body?: object): Promise<unknown>;
  /** Lists the objects at a path, and watches them once started. */
  follow(path: string, listener: Listener, fieldSelector?: string): FollowedList;
}
