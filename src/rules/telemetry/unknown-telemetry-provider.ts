import { meshConfig, meshConfigSource } from '../../mesh/settings/mesh-config';
import { providerNamed } from '../../mesh/telemetry/telemetry';
import { didYouMean } from '../../schema/spelling';
import { rule } from '../rule';
import { namedProviders } from './telemetry-providers';

export default rule({
  name: 'unknown-telemetry-provider',
  category: 'reference',
  severity: 'error',
  isAboutCompany: true,
  summary: 'A Telemetry references a provider that MeshConfig does not define.',
  url: 'https://istio.io/latest/docs/reference/config/telemetry/',
  docs: `
    Providers are defined in \`extensionProviders\` of MeshConfig; "prometheus", "stackdriver" and
    "envoy" exist by default. With an undefined provider nothing is sent: no logs, no metrics, no
    traces.

    Fix: correct the name, or define the provider.
  `,
  check({ mesh, report, missing }) {
    const names = meshConfig(mesh).extensionProviders.flatMap(({ name }) => name ?? []);
    for (const { field } of namedProviders(mesh)) {
      const name = field.value ?? '';
      if (name === '' || providerNamed(mesh, name)) continue;
      const hint = didYouMean(name, names);
      const message = `MeshConfig has no provider "${name}"${hint}`;
      const source = meshConfigSource(mesh);
      if (source?.field && hint === '')
        report(field, message, { related: [{ place: source.field, message: 'the MeshConfig' }] });
      else if (source) report(field, message);
      else missing(field, { kind: 'MeshConfig', namespace: '' }, message);
    }
  },
});
