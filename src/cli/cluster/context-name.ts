/** How another cluster is named by its kubectl context where a path could stand: `kube:west-admin`. */
export const CONTEXT = 'kube:';

/** Whether a cluster is named by its context. */
export const isContext = (place: string): boolean => place.startsWith(CONTEXT);
