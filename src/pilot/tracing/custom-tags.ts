/** What spans tell beside what Envoy tells anyway. */
import type { CustomTag } from '../../envoy/config';
import type { Proxy } from '../../mesh/workloads/proxy';
import { CANONICAL_NAME, CANONICAL_REVISION } from '../../mesh/workloads/workloads';
import type { MeshTracing } from '../../schema/kinds/mesh';
import type { TracingCustomTag } from '../../schema/kinds/telemetry';

/** Who the proxy is, and what policies that only try would have done. istio: buildServiceTags, optionalPolicyTags */
export const istioTags = ({ kind, labels, namespace, cluster }: Proxy): CustomTag[] => [
  literal('istio.canonical_revision', labels[CANONICAL_REVISION] || 'latest'),
  literal('istio.canonical_service', labels[CANONICAL_NAME] || 'unknown'),
  literal('istio.mesh_id', 'unknown'),
  literal('istio.namespace', namespace || 'default'),
  literal('istio.cluster_id', cluster || 'unknown'),
  ...DRY_RUN_TAGS,
  ...(kind === 'waypoint' ? PEER_TAGS : []),
];

const literal = (tag: string, value: string): CustomTag => ({ tag, literal: { value } });

const DRY_RUN_TAGS = (['allow', 'deny'] as const).flatMap((action) => [
  dryRunTag(`${action}_policy.name`, `istio_dry_run_${action}_shadow_effective_policy_id`),
  dryRunTag(`${action}_policy.result`, `istio_dry_run_${action}_shadow_engine_result`),
]);

function dryRunTag(name: string, key: string): CustomTag {
  return {
    tag: `istio.authorization.dry_run.${name}`,
    metadata: { kind: { request: {} }, metadataKey: { key: 'envoy.filters.http.rbac', path: [{ key }] } },
  };
}

const PEER_FIELDS = {
  workload: 'workload',
  namespace: 'namespace',
  cluster_id: 'cluster',
  canonical_service: 'service',
  canonical_revision: 'revision',
  app: 'app',
  app_version: 'version',
  workload_type: 'type',
  instance_name: 'name',
};

/** Who is on either side of a waypoint. istio: buildWaypointSourceTags */
const PEER_TAGS = Object.entries({ destination: 'upstream', source: 'downstream' }).flatMap(([role, side]) =>
  Object.entries(PEER_FIELDS).map(([name, field]): CustomTag => ({
    tag: `istio.${role}_${name}`,
    value: `%FILTER_STATE(${side}_peer_obj:FIELD:${field})%`,
  })),
);

/** istio: buildCustomTagsFromProxyConfig */
export const tagsOfMesh = (tags: NonNullable<MeshTracing['customTags']> = {}): CustomTag[] =>
  Object.entries(tags).flatMap(([tag, how]) => {
    const content = contentOf(how);
    return content ? [{ tag, ...content }] : [];
  });

/** istio: buildCustomTagsFromProvider */
export const tagsOfTelemetry = (tags: Record<string, TracingCustomTag>): CustomTag[] =>
  Object.entries(tags).map(([tag, how]) => {
    const { value = '' } = how.formatter ?? {};
    return { tag, ...(how.formatter ? { value } : contentOf(how)) };
  });

function contentOf({ literal, environment, header }: Omit<TracingCustomTag, 'formatter'>): CustomTag | undefined {
  if (environment) return { environment: withoutEmpty(environment) };
  if (header) return { requestHeader: withoutEmpty(header) };
  return literal && { literal: literal.value ? { value: literal.value } : {} };
}

const withoutEmpty = ({ name, defaultValue }: { name?: string; defaultValue?: string }) => ({
  ...(name && { name }),
  ...(defaultValue && { defaultValue }),
});
