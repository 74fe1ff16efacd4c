/** What becomes of the objects of Mixer. */
import { type Rule as MixerRule, mixerConfiguration } from '../../legacy/mixer/configuration';
import type { Mesh } from '../../mesh/mesh';
import { rootNamespace } from '../../mesh/settings/mesh-config';
import { perMesh } from '../../mesh/memo';
import type { KubernetesObject, Resource } from '../../source/resource';
import type { Remainder } from '../roles';
import { denyPolicies } from './checks';

/** The objects that say what an object of Mixer said, or why there are none. */
export type MixerSuccessor = { readonly by: readonly KubernetesObject[] } | Remainder;

/** What becomes of an object of Mixer's; undefined for other kinds and where only the kind is known. */
export function mixerSuccessor(mesh: Mesh, resource: Resource): MixerSuccessor | undefined {
  if (resource.group !== 'config.istio.io') return undefined;
  switch (resource.kind) {
    case 'rule':
      return successors(mesh).get(nameOf(resource)) ?? untranslated(NO_ACTION);
    case 'handler':
    case 'instance':
      return ofUsed(mesh, resource);
    default:
      return undefined;
  }
}

const NO_ACTION =
  'Mixer ignores it, as the input does not define the handler and an instance of any of its actions; add them with --with';

const nameOf = ({ name, kind, namespace }: Resource): string => `${name}.${kind}.${namespace}`;

const successors: (mesh: Mesh) => ReadonlyMap<string, MixerSuccessor> = perMesh(
  (mesh) => new Map(mixerConfiguration(mesh).rules.map((rule) => [rule.fullName, ofRule(rule, rootNamespace(mesh))])),
);

function ofRule(rule: MixerRule, root: string): MixerSuccessor {
  const { actions, requestHeaders, responseHeaders } = rule;
  if (requestHeaders.length + responseHeaders.length > 0)
    return untranslated('write its header operations as "headers" of a VirtualService');
  const adapters = new Set(actions.map(({ handler }) => handler.adapter));
  const name = rule.fullName.split('.rule.')[0]!;
  if ([...adapters].every((adapter) => adapter === 'denier' || adapter === 'listchecker')) {
    const by = denyPolicies(name, rule, root);
    if ('unsayable' in by) return untranslated(by.unsayable);
    return by.length > 0 ? { by } : { kind: 'had no effect', message: 'it never refuses a request' };
  }
  if (adapters.size > 1) return untranslated('its handlers have different adapters; write a rule for each first');
  switch ([...adapters][0]) {
    case 'kubernetesenv':
      return { kind: 'had no effect', message: 'proxies know the attributes of workloads themselves' };
    case 'prometheus':
      return ofMetrics(rule);
    case 'stdio':
      return ofLogs(name, rule);
    case 'memquota':
    case 'redisquota':
      return untranslated(
        'write an EnvoyFilter with the local rate limit filter of Envoy; its limit is for each pod, while a quota of Mixer is for the mesh',
      );
    default:
      return untranslated(`adapter "${[...adapters][0]}" has no counterpart; see docs/migration.md`);
  }
}

const STANDARD =
  /^(requestcount|requestduration|requestsize|responsesize|tcpbytesent|tcpbytereceived|tcpconnections(opened|closed))$/;

/** Every proxy reports the metrics of Istio's own installation without configuration. */
function ofMetrics({ actions, namespace }: MixerRule): MixerSuccessor {
  const own = actions.flatMap(({ instances }) => instances).find(({ name }) => !STANDARD.test(name));
  if (!own && namespace === 'istio-system')
    return { kind: 'said by others', message: 'every proxy reports the standard metrics without configuration' };
  return untranslated(
    `Telemetry changes the tags of standard metrics and adds none${own ? `: "${own.name}" is not standard` : ''}; use "tagOverrides", or a WasmPlugin for a metric of your own`,
  );
}

/** Every request is logged by the proxies; the text of the lines is set in MeshConfig. */
function ofLogs(name: string, { namespace, match, actions }: MixerRule): MixerSuccessor {
  const isLog = actions.every(({ instances }) => instances.every(({ template }) => template === 'logentry'));
  if (!isLog) return untranslated('metrics in logs have no counterpart; proxies serve them to Prometheus');
  if (match !== 'always' && !isAlwaysTrue(match))
    return untranslated('write its condition as "filter.expression" (CEL) of "accessLogging" in a Telemetry');
  return {
    by: [
      {
        apiVersion: 'telemetry.istio.io/v1',
        kind: 'Telemetry',
        metadata: { name, namespace },
        spec: { accessLogging: [{ providers: [{ name: 'envoy' }] }] },
      } as KubernetesObject,
    ],
  };
}

const isAlwaysTrue = (match: MixerRule['match']): boolean =>
  typeof match === 'object' && match.expression.kind === 'constant' && match.expression.value === true;

/** A handler or an instance goes with the rules that use it. */
function ofUsed(mesh: Mesh, resource: Resource): Remainder | undefined {
  const rules = mixerConfiguration(mesh).rules.filter(({ actions }) =>
    actions.some(
      ({ handler, instances }) =>
        (resource.kind === 'handler' && handler.name === `${resource.name}.${resource.namespace}`) ||
        instances.some(({ fullName }) => fullName === nameOf(resource)),
    ),
  );
  if (rules.length === 0) return { kind: 'had no effect', message: 'no rule of the input uses it' };
  const left = rules.find(({ fullName }) => {
    const successor = successors(mesh).get(fullName);
    return successor && 'kind' in successor && successor.kind === 'not translated';
  });
  return left
    ? {
        kind: 'part of what is not translated',
        message: `rule ${left.fullName.split('.rule.')[0]}, which uses it, is not translated`,
      }
    : { kind: 'said by others', message: 'the documents of the rules that use it say the same' };
}

const untranslated = (message: string): Remainder => ({ kind: 'not translated', message });
