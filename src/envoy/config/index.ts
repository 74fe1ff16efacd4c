import type { Cluster, ClusterLoadAssignment } from './cluster';
import type { Listener } from './listener';
import type { RouteConfiguration } from './route';

/** What an Envoy runs on: the resources of its xDS streams (v3), in proto3 JSON with camelCase names. */
export interface EnvoyConfig {
  listeners: readonly Listener[];
  routes: readonly RouteConfiguration[];
  clusters: readonly Cluster[];
  endpoints: readonly ClusterLoadAssignment[];
  secrets?: readonly object[];
  /** True where the input tells nothing of endpoints, so that clusters without any may have some. */
  endpointsUnknown?: boolean;
  /** Values of the bootstrap's runtime layers, such as feature flags. */
  runtime?: Readonly<Record<string, unknown>>;
}

export type * from './access-log';
export type * from './address';
export type * from './any';
export type * from './bootstrap';
export type * from './cluster';
export type * from './config-source';
export type * from './http-connection-manager';
export type * from './http-filters';
export type * from './listener';
export type * from './match-tree';
export type * from './matcher';
export type * from './network-filters';
export type * from './rbac';
export type * from './route';
export type * from './tracing';
export type * from './traffic-policy';
