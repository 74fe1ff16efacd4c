/** The filters that WasmPlugins and TrafficExtensions add. */
import type { ConfigSource, HttpFilter, NetworkFilter } from '../../envoy/config';
import {
  type Extension,
  type Phase,
  extensions,
  isForListener,
  phaseOf,
  translatedName,
} from '../../mesh/settings/extensions';
import type { LuaConfig, WasmConfig } from '../../schema/kinds/extensions';
import { type Push, perPushAnd } from '../context';
import { type ListenerClass, sideOf, workloadOf } from '../listener-class';
import { message } from '../message';
import { from } from '../origins';

/** The listener whose filters are made. */
export interface Place {
  readonly port: number;
  readonly listeners: ListenerClass;
}

const attached = perPushAnd((push, phase: Phase) => extensions(push.mesh, workloadOf(push), phase));

/** The HTTP filters of a phase. istio: PopAppendHTTPTrafficExtension */
export const httpExtensions = (push: Push, place: Place, phase: Phase): HttpFilter[] =>
  inPlace(push, place, phase).flatMap((extension): HttpFilter[] => {
    const { lua, wasm } = contentOf(extension);
    const name = nameOf(extension);
    if (lua) return [from(push.origins, extension.at(['spec']), { name, typedConfig: luaConfig(lua) })];
    if (!wasm || wasm.type === 'NETWORK') return [];
    return [from(push.origins, extension.at(['spec']), { name, configDiscovery: discovery('http') })];
  });

/** The network filters of all phases, one after the other. istio: PopAppendNetworkTrafficExtension */
export const networkExtensions = (push: Push, place: Place, ...phases: Phase[]): NetworkFilter[] =>
  phases.flatMap((phase) =>
    inPlace(push, place, phase).flatMap((extension) => {
      const { wasm } = contentOf(extension);
      if (wasm?.type !== 'NETWORK') return [];
      const filter = { name: nameOf(extension), configDiscovery: discovery('network') };
      return [from(push.origins, extension.at(['spec']), filter)];
    }),
  );

/** The phases in the order in which their filters run. */
export const ALL_PHASES = ['AUTHN', 'AUTHZ', 'STATS', 'UNSPECIFIED'] as const;

function inPlace(push: Push, { port, listeners }: Place, phase: Phase): Extension[] {
  const ours = attached(push, phase).filter((extension) => phaseOf(extension) === phase && isUsable(extension));
  return ours.filter((extension) => isForListener(extension, { port, mode: sideOf(listeners) }));
}

/** What a filter does: a WasmPlugin has the settings of its module at its top. */
function contentOf({ kind, value }: Extension): { lua?: LuaConfig; wasm?: WasmConfig } {
  const spec: { lua?: LuaConfig; wasm?: WasmConfig } & WasmConfig = value.spec ?? {};
  return kind === 'WasmPlugin' ? { wasm: spec } : spec;
}

/** Beyond this length a script is passed over. */
const LONGEST_SCRIPT = 65536;

/** istio: convertToTrafficExtensionWrapper */
function isUsable(extension: Extension): boolean {
  const { lua, wasm } = contentOf(extension);
  if (wasm) return Boolean(wasm.url);
  const length = new TextEncoder().encode(lua?.inlineCode ?? '').length;
  return length > 0 && length <= LONGEST_SCRIPT;
}

const nameOf = (extension: Extension): string =>
  `extensions.istio.io/trafficextension/${extension.namespace}.${translatedName(extension)}`;

/** istio: extension.BuildHTTPLuaFilter */
const luaConfig = ({ inlineCode }: LuaConfig) =>
  message('envoy.extensions.filters.http.lua.v3.Lua', { defaultSourceCode: { inlineString: inlineCode } });

const SOURCE: ConfigSource = { ads: {}, initialFetchTimeout: '0s', resourceApiVersion: 'V3' };

/** Modules are sent in a stream of their own; where they cannot be fetched, the proxy puts RBAC in their place. */
const discovery = (kind: 'http' | 'network') => ({
  configSource: SOURCE,
  typeUrls: ['wasm.v3.Wasm', 'rbac.v3.RBAC'].map(
    (type) => `type.googleapis.com/envoy.extensions.filters.${kind}.${type}`,
  ),
});
