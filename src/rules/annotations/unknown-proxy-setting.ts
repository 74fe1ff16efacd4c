import { check } from '../../schema/check';
import { schemaOf } from '../../schema/release';
import { UnreadableYaml, loadValue } from '../../source/values';
import { formatPath } from '../../source/path';
import type { Release } from '../../schema/release';
import type { Violation } from '../../schema/violation';
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
  `,
  check({ mesh, report }) {
    for (const { name, field, kind } of annotated(mesh)) {
      if (name !== CONFIG || kind !== 'Pod') continue;
      for (const { path, message } of unknownFields(field.value, mesh.release)) {
        const at = path.length > 1 ? ` in ${formatPath(path.slice(0, -1))}` : '';
        report(field, `${message}${at}; the injector drops it`);
      }
    }
  },
});

const CONFIG = 'proxy.istio.io/config';

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
