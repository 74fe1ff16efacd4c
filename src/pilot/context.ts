import type { Mesh } from '../mesh/mesh';
import { type MeshConfig, meshConfig } from '../mesh/settings/mesh-config';
import type { Proxy } from '../mesh/workloads/proxy';
import { type SidecarScope, gatewayScopeFor, sidecarScopeFor } from '../mesh/traffic/sidecar-scope';
import type { Service } from '../mesh/services/service';
import type { Field } from '../source/field';
import type { Origins } from './origins';

/** What every part of a proxy's configuration is made from. istio: model.PushContext, with the proxy that asks */
export interface Push {
  readonly mesh: Mesh;
  readonly proxy: Proxy;
  readonly scope: SidecarScope;
  readonly meshConfig: MeshConfig;
  readonly origins: Origins;
  readonly transports: Map<string, Field>;
  /** The service whose filter chain a waypoint makes, so that its policies hold; absent for all else. */
  readonly served?: Service;
  /** Whether clients are known by what the end of an HBONE tunnel has found out of them, not by their certificates. */
  readonly tunnelled?: boolean;
}

/** Everything that is known when a proxy asks for its configuration. */
export function pushFor(mesh: Mesh, proxy: Proxy): Push {
  const { kind, namespace, workloadLabels } = proxy;
  const scope =
    kind !== 'sidecar' ? gatewayScopeFor(mesh, namespace) : sidecarScopeFor(mesh, namespace, workloadLabels);
  return {
    mesh,
    proxy,
    scope,
    meshConfig: meshConfig(mesh),
    origins: new WeakMap(),
    transports: new Map(),
    tunnelled: kind === 'waypoint',
  };
}

/** A question whose answer is worked out once for each push, when it is first asked. */
export function perPush<Answer>(answer: (push: Push) => Answer): (push: Push) => Answer {
  const known = new WeakMap<Push, { answer: Answer }>();
  return (push) => {
    const before = known.get(push);
    if (before) return before.answer;
    const made = { answer: answer(push) };
    known.set(push, made);
    return made.answer;
  };
}

/** As `perPush`, for a question that has an answer for each of several keys. */
export function perPushAnd<Key, Answer>(answer: (push: Push, key: Key) => Answer): (push: Push, key: Key) => Answer {
  const answers = perPush(() => new Map<Key, Answer>());
  return (push, key) => {
    const known = answers(push);
    if (known.has(key)) return known.get(key)!;
    const made = answer(push, key);
    known.set(key, made);
    return made;
  };
}
