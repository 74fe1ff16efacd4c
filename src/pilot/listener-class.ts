import { attachableOf } from '../mesh/policies/attachable';
import type { Attachable } from '../mesh/policies/policy-attachment';
import type { Side } from '../mesh/telemetry/telemetry';
import type { Push } from './context';

/** Whose connections a listener takes: those that reach the workload, those that it makes, or those of a gateway. istio: networking.ListenerClass */
export type ListenerClass = 'inbound' | 'outbound' | 'gateway';

/** The side that the proxy is on. */
export const sideOf = (listeners: ListenerClass): Side => (listeners === 'inbound' ? 'SERVER' : 'CLIENT');

/** The class of the listeners for what the proxy sends on. istio: model.OutboundListenerClass */
export const outboundClass = ({ proxy }: Push): ListenerClass => (proxy.kind === 'gateway' ? 'gateway' : 'outbound');

/** What policies are attached to. */
export const workloadOf = ({ mesh, proxy, served }: Push): Attachable => attachableOf(mesh, proxy, served);
