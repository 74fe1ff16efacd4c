import { type Command, Option } from 'commander';
import type { Wanted } from '../../report/envoy';
import { type InputOptions, withInput } from '../input/load';
import { portNumber } from '../options/numbers';
import { withRelease } from '../options/release-option';
import type { ColourChoice } from '../terminal';
import { withExamples } from '../options/examples';

/** The options of `meshlint envoy`. */
export interface EnvoyCommandOptions extends InputOptions {
  proxy?: string;
  output?: 'json' | 'yaml' | 'table';
  origins?: true;
  fqdn?: string;
  port?: number;
  name?: string;
  compare?: string;
  color: ColourChoice;
}

/** What can be printed, as an argument names it. */
export const TYPES: readonly (Wanted | 'bootstrap')[] = [
  'listeners',
  'routes',
  'clusters',
  'endpoints',
  'all',
  'bootstrap',
];

/** `meshlint envoy`. */
export function envoyCommand(program: Command): void {
  const command = withRelease(program.command('envoy'))
    .description('print the Envoy configuration that Istio sends to a proxy')
    .usage(`[paths...] --proxy WORKLOAD.NAMESPACE [${TYPES.join('|')}] [options]`)
    .option('--proxy <workload.namespace>', 'the proxy: a sidecar, gateway or waypoint, or a pod')
    .addOption(
      new Option('-o, --output <format>', 'json or yaml for Envoy, or tables like those of istioctl proxy-config')
        .choices(['json', 'yaml', 'table'])
        .default(undefined, 'table; yaml for a bootstrap'),
    )
    .option('--origins', 'in yaml: add comments with the field from which each part was generated')
    .option('--fqdn <host>', 'show only objects for this host')
    .option('--port <number>', 'show only objects for this port', portNumber)
    .option('--name <name>', 'show only the object with this name')
    .option(
      '--compare <file>',
      'compare with a live proxy: the output of istioctl proxy-config all -o json, or of /config_dump',
    )
    .addOption(new Option('--color <when>', 'colour the output').choices(['auto', 'always', 'never']).default('auto'))
    .addHelpText(
      'after',
      `
An argument selects what is printed if it is one of ${TYPES.join(', ')} and no file has that name; all other arguments are paths.
Envoy can start with the bootstrap without Istio; parts that need the control plane are listed.`,
    );
  withExamples(
    withInput(command),
    'bookinfo/ --proxy productpage.default routes',
    'bookinfo/ --proxy reviews.default clusters --fqdn ratings -o yaml --origins',
  ).action(async (words: string[], options: EnvoyCommandOptions) => {
    const { runEnvoy } = await import('../commands');
    await runEnvoy(words, options);
  });
}
