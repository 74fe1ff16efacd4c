import { meshConfig } from '../../mesh/settings/mesh-config';
import { rule } from '../rule';
import { namedProviders } from './telemetry-providers';

export default rule({
  name: 'deprecated-provider',
  category: 'deprecation',
  severity: 'warning',
  summary: 'A deprecated kind of tracing provider is used.',
  url: 'https://istio.io/latest/docs/reference/config/istio.mesh.v1alpha1/',
  docs: `
    Lightstep's own protocol is deprecated: its collectors accept OpenTelemetry.

    Fix: define a provider of kind \`opentelemetry\` in MeshConfig, and name that one.
  `,
  sameAs: ['IST0002'],
  check({ mesh, report }) {
    const deprecated = new Set(
      meshConfig(mesh).extensionProviders.flatMap(({ name, lightstep }) => (lightstep && name ? [name] : [])),
    );
    for (const { field, use } of namedProviders(mesh))
      if (use === 'tracing' && deprecated.has(field.value ?? ''))
        report(field, `provider "${field.value}" uses Lightstep, which is deprecated; use an OpenTelemetry provider`);
  },
});
