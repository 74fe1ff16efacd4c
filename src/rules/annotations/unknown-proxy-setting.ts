import { check } from '../../schema/check';
import { schemaOf } from '../../schema/release';
import { UnreadableYaml, loadValue } from '../../source/values';
import { formatPath } from '../../source/path';
import type { Release } from '../../schema/release';
import type { Violation } from '../../schema/violation';
import { isIstioClass, isWaypointGateway } from '../../mesh/gateways/gateway-deployments';
import type { Mesh } from '../../mesh/mesh';
import type { Field } from '../../source/field';
import { annotated } from './annotated';
import { rule } from '../rule';

export default rule({
  name: 'unknown-proxy-setting',
  category: 'traffic',
  severity: 'warning',
  summary: 'The annotation proxy.istio.io/config sets a field that ProxyConfig does not have.',
  url: 'https://istio.io/latest/docs/reference/config/networking/proxy-config/',
  docs: `
    The injector reads \`proxy.istio.io/config\` as a ProxyConfig and ignores unknown fields without a
    warning, so the setting has no effect: with \`holdapplicationUntilProxyStarts\`, the application
    still starts before its proxy.

    Fix: correct the name. Names are case-sensitive, and the fields are at the top level of the
    annotation, not under \`defaultConfig\`.

    The same holds for the annotations that Istio copies from a Gateway of the Gateway API to the pods
    of its proxies, and for those of a WorkloadGroup, which istioctl reads.
  `,
  check({ mesh, report }) {
    for (const { field, reader } of proxySettings(mesh))
      for (const { path, message } of unknownFields(field.value, mesh.release)) {
        const at = path.length > 1 ? ` in ${formatPath(path.slice(0, -1))}` : '';
        report(field, `${message}${at}; ${reader} drops it`);
      }
  },
});

const CONFIG = 'proxy.istio.io/config';

/** An annotation with the settings of proxies, and which program reads it. */
interface ProxySettings {
  readonly field: Field<string>;
  readonly reader: 'the injector' | 'istioctl';
}

function proxySettings(mesh: Mesh): ProxySettings[] {
  const ofPods = annotated(mesh).filter(({ name, kind }) => name === CONFIG && kind === 'Pod');
  const ofGateways = mesh
    .all('KubernetesGateway')
    .filter((gateway) => isIstioClass(mesh, gateway.value.spec?.gatewayClassName) || isWaypointGateway(mesh, gateway))
    .flatMap(
      (gateway) => settingIn(gateway.at(['spec', 'infrastructure'])) ?? settingIn(gateway.at(['metadata'])) ?? [],
    );
  const ofGroups = mesh
    .all('WorkloadGroup')
    .flatMap((group) =>
      [settingIn(group.at(['metadata'])) ?? [], settingIn(group.at(['spec', 'metadata'])) ?? []].flat(),
    );
  return [
    ...[...ofPods.map(({ field }) => field), ...ofGateways].map((field) => ({
      field,
      reader: 'the injector' as const,
    })),
    ...ofGroups.map((field) => ({ field, reader: 'istioctl' as const })),
  ];
}

function settingIn(metadata: Field): Field<string> | undefined {
  const field = metadata.child('annotations').child(CONFIG);
  return typeof field.value === 'string' ? (field as Field<string>) : undefined;
}

function unknownFields(text: string, release: Release): readonly Violation[] {
  const value = readOf(text);
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return [];
  const { bundle } = schemaOf(release, 'mesh', 'v1alpha1', 'MeshProxyConfig')!;
  return check(bundle, 'MeshProxyConfig', value).violations.filter(({ reason }) => reason === 'unknown-field');
}

/** What cannot be read is reported by invalid-annotation. */
function readOf(text: string): unknown {
  try {
    return loadValue(text);
  } catch (error) {
    if (error instanceof UnreadableYaml) return undefined;
    throw error;
  }
}
