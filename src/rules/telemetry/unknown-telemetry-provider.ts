import { meshConfig, meshConfigSource } from '../../mesh/settings/mesh-config';
import { type ProviderServer, providerNamed, serverOfProvider } from '../../mesh/telemetry/telemetry';
import { didYouMean } from '../../schema/spelling';
import type { Field } from '../../source/field';
import { type Context, rule } from '../rule';
import { missingServer, serverFault } from './provider-servers';
import { namedProviders } from './telemetry-providers';

export default rule({
  name: 'unknown-telemetry-provider',
  category: 'reference',
  severity: 'error',
  isAboutCompany: true,
  summary: 'A Telemetry references a provider that MeshConfig does not define, or whose server does not exist.',
  url: 'https://istio.io/latest/docs/reference/config/telemetry/',
  docs: `
    Providers are defined in \`extensionProviders\` of MeshConfig; "prometheus", "stackdriver" and
    "envoy" exist by default. With an undefined provider nothing is sent: no logs, no metrics, no
    traces.

    The same happens when no Service or ServiceEntry defines the host in \`service\` of the provider,
    or when Services of several namespaces do and it names none of them (\`namespace/host\`).

    Fix: correct the name, or define the provider; correct its \`service\`.
  `,
  check(context) {
    const { mesh, report, missing } = context;
    const names = meshConfig(mesh).extensionProviders.flatMap(({ name }) => name ?? []);
    for (const { field } of namedProviders(mesh)) {
      const name = field.value ?? '';
      const provider = name === '' ? undefined : providerNamed(mesh, name);
      const server = provider && serverOfProvider(provider);
      if (server) checkServer(context, field, name, server);
      if (name === '' || provider) continue;
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

function checkServer(context: Context, field: Field, name: string, server: ProviderServer): void {
  const fault = serverFault(context.mesh, server);
  if (!fault) return;
  const what = missingServer(context.mesh, server.service ?? '');
  context.missing(field, what, `provider "${name}" sends nothing: ${fault}`, { about: name });
}
