import { configs } from '../../mesh/settings/configs';
import { meshConfig, rootNamespace } from '../../mesh/settings/mesh-config';
import { namespaceTelemetry } from '../../mesh/telemetry/telemetry';
import type { Mesh } from '../../mesh/mesh';
import { rule } from '../rule';

export default rule({
  name: 'telemetry-without-provider',
  category: 'traffic',
  severity: 'warning',
  isAboutAbsence: true,
  summary: 'A Telemetry enables access logs without a provider.',
  url: 'https://istio.io/latest/docs/reference/config/telemetry/',
  docs: `
    Without \`providers\`, Istio uses the defaults of the mesh (\`defaultProviders.accessLogging\` in
    MeshConfig) or those of the Telemetry of the namespace or the root namespace. None of these
    names a provider, so nothing is logged. An entry that follows one with providers uses those, but
    its \`filter\` is ignored.

    Fix: name a provider, for example \`providers: [{name: envoy}]\`, which logs to the standard
    output of the proxy.
  `,
  sameAs: ['IST0157'],
  check({ mesh, report }) {
    if (meshConfig(mesh).defaultProviders.accessLogging?.length) return;
    for (const telemetry of configs(mesh, 'Telemetry')) {
      if (inheritsProviders(mesh, telemetry.namespace, telemetry.name)) continue;
      const entries = telemetry.each('spec.accessLogging[]');
      let named = false;
      for (const entry of entries) {
        if (entry.value.providers?.length) named = true;
        else if (entry.value.disabled) continue;
        else if (!named)
          report(entry, 'no access logs are written: neither this Telemetry nor MeshConfig sets a provider');
        else if (entry.value.filter) report(entry, 'this filter has no effect, because the entry has no provider');
      }
    }
  },
});

const inheritsProviders = (mesh: Mesh, namespace: string, name: string): boolean =>
  [...new Set([rootNamespace(mesh), namespace])]
    .flatMap((each) => namespaceTelemetry(mesh, each) ?? [])
    .filter((each) => each.namespace !== namespace || each.name !== name)
    .some((each) => each.each('spec.accessLogging[].providers[]').length > 0);
