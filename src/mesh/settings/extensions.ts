/** The WasmPlugins and TrafficExtensions that add filters to a proxy. */
import type { KindMap } from '../../schema/kinds';
import type { Resource } from '../../source/resource';
import { configsIn } from './configs';
import { NOT_YET, created } from '../creation';
import { alphabetically } from '../services/hostname';
import type { Mesh } from '../mesh';
import { rootNamespace } from './mesh-config';
import { type Attachable, attachmentOf, isAttached, policyNamespaces } from '../policies/policy-attachment';

/** What adds a filter: both kinds say it in the same words. */
export type Extension = Resource<KindMap['WasmPlugin']> | Resource<KindMap['TrafficExtension']>;

/** Where in the chain of filters an extension stands. */
export type Phase = 'UNSPECIFIED' | 'AUTHN' | 'AUTHZ' | 'STATS';

/** The port and direction of a listener that may be extended. */
export interface ListenerPlace {
  readonly port: number;
  readonly mode: 'CLIENT' | 'SERVER';
}

/**
 * The extensions attached to a workload, in the order in which they run within a phase: by priority, then those of its namespace
 * before those of the root namespace, then the oldest. istio: PushContext.TrafficExtensionsByListenerInfo
 */
export function extensions(mesh: Mesh, workload: Attachable, phase?: Phase): readonly Extension[] {
  const namespaces = new Set([workload.namespace, ...policyNamespaces(workload, rootNamespace(mesh))]);
  const attached = [...namespaces].flatMap((namespace) => {
    const ours: Extension[] = [
      ...configsIn(mesh, 'TrafficExtension', namespace),
      ...configsIn(mesh, 'WasmPlugin', namespace),
    ];
    return ours.sort(inOrder).filter(({ value }) => isAttached(attachmentOf(namespace, value.spec ?? {}), workload));
  });
  const wanted = attached.filter((extension) => phase === undefined || phaseOf(extension) === phase);
  return wanted.sort((one, other) => priorityOf(other) - priorityOf(one));
}

/** Pilot makes a TrafficExtension of each WasmPlugin, under a name that no TrafficExtension can have. */
export const translatedName = ({ kind, name }: Extension): string =>
  kind === 'WasmPlugin' ? `${name}~istio-translated-wasmplugin` : name;

const inOrder = (one: Extension, other: Extension): number =>
  created(one.metadata, NOT_YET) - created(other.metadata, NOT_YET) ||
  alphabetically(translatedName(one), translatedName(other));

/** Where in the chain an extension wants to stand. */
export function phaseOf({ value }: Extension): Phase {
  const { phase = 'UNSPECIFIED' } = value.spec ?? {};
  return phase === 'UNSPECIFIED_PHASE' ? 'UNSPECIFIED' : phase;
}

const LOWEST = -(2 ** 31);

const priorityOf = ({ value }: Extension): number => value.spec?.priority ?? LOWEST;

/** Whether an extension is meant for a listener: it names its direction and port, or does not choose. istio: matchTrafficExtensionSelectors */
export function isForListener({ value }: Extension, { port, mode }: ListenerPlace): boolean {
  const { match = [] } = value.spec ?? {};
  if (match.length === 0) return true;
  return match.some(({ mode: wanted = 'UNDEFINED', ports = [] }) => {
    const direction = wanted === 'UNDEFINED' || wanted === 'CLIENT_AND_SERVER' || wanted === mode;
    return direction && (ports.length === 0 || ports.some(({ number }) => number === port));
  });
}
