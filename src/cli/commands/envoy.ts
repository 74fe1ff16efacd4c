import { type Command, Option } from 'commander';
import type { Wanted } from '../../report/envoy';
import { type InputOptions, withInput } from '../input/load';
import { portNumber } from '../options/numbers';
import { withRelease } from '../options/release-option';
import type { ColourChoice } from '../terminal';

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

/** What can be printed, as the last word names it. */
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
  withRelease(withInput(program.command('envoy')))
    .description('print the Envoy configuration that Istio would send to a proxy')
    .usage(`[paths...] --proxy WORKLOAD.NAMESPACE [${TYPES.join('|')}] [options]`)
    .option('--proxy <workload.namespace>', 'the sidecar or gateway whose configuration is printed; a pod will do too')
    .addOption(
      new Option(
        '-o, --output <format>',
        'json or yaml as Envoy reads them, or tables with the columns of istioctl proxy-config',
      )
        .choices(['json', 'yaml', 'table'])
        .default(undefined, 'table; of a bootstrap yaml'),
    )
    .option('--origins', 'in yaml, say of each piece which field of your files it was made from')
    .option('--fqdn <host>', 'only what speaks of this host')
    .option('--port <number>', 'only what is for this port', portNumber)
    .option('--name <name>', 'only the resource of this name')
    .option(
      '--compare <file>',
      'say what differs from a live proxy: the output of istioctl proxy-config all -o json, or of /config_dump',
    )
    .addOption(new Option('--color <when>', 'colour the text').choices(['auto', 'always', 'never']).default('auto'))
    .addHelpText(
      'after',
      `
The last word names what is printed when it is one of ${TYPES.join(', ')} and no such file exists; every other word is a path.
A bootstrap is complete: Envoy starts with it, without Istio, and what cannot be in it is named.`,
    )
    .action(async (words: string[], options: EnvoyCommandOptions) => {
      const { runEnvoy } = await import('../commands');
      await runEnvoy(words, options);
    });
}
