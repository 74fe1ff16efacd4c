import { configs } from '../../mesh/settings/configs';
import type { Mesh } from '../../mesh/mesh';
import type { Telemetry } from '../../mesh/telemetry/telemetry';
import type { Field } from '../../source/field';

/** A provider that a Telemetry names. */
export interface NamedProvider {
  readonly telemetry: Telemetry;
  readonly field: Field<string | undefined>;
  readonly use: 'accessLogging' | 'metrics' | 'tracing';
}

/** Every provider that Telemetries name. */
export const namedProviders = (mesh: Mesh): NamedProvider[] =>
  configs(mesh, 'Telemetry').flatMap((telemetry) => [
    ...named(telemetry, 'accessLogging', telemetry.each('spec.accessLogging[].providers[]')),
    ...named(telemetry, 'metrics', telemetry.each('spec.metrics[].providers[]')),
    ...named(telemetry, 'tracing', telemetry.each('spec.tracing[].providers[]')),
  ]);

const named = (
  telemetry: Telemetry,
  use: NamedProvider['use'],
  providers: readonly Field<{ name?: string }>[],
): NamedProvider[] => providers.map((provider) => ({ telemetry, use, field: provider.get('name') }));
