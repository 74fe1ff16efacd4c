import { meshConfig } from '../../mesh/settings/mesh-config';
import { rule } from '../rule';
import { namedProviders } from './telemetry-providers';

export default rule({
  name: 'deprecated-provider',
  category: 'deprecation',
  severity: 'warning',
  summary: 'A deprecated kind of tracing provider is used.',
  docs: `
    Lightstep's own protocol is deprecated: its collectors speak OpenTelemetry. Declare a provider
    of the kind \`opentelemetry\` in the MeshConfig and name that one.
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
