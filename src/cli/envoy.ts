import { existsSync } from 'node:fs';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { translate } from '../pilot/translate';
import { RESOURCES, type Wanted, envoyJson, envoyTable, envoyYaml } from '../report/envoy';
import { chosen } from '../report/envoy-choice';
import { type InputOptions, loadMesh, withInput } from './load';
import { proxyNamed } from './proxy';
import { print } from './terminal';
import { UsageError } from './usage-error';

interface EnvoyCommandOptions extends InputOptions {
  proxy?: string;
  output?: 'json' | 'yaml' | 'table';
  origins?: true;
  fqdn?: string;
  port?: number;
  name?: string;
}

const TYPES: readonly Wanted[] = [...RESOURCES, 'all'];

/** `meshlint envoy`. */
export function envoyCommand(program: Command): void {
  withInput(program.command('envoy'))
    .description('print the Envoy configuration that Istio would send to a proxy')
    .usage('[paths...] --proxy WORKLOAD.NAMESPACE [listeners|routes|clusters|endpoints|all] [options]')
    .option('--proxy <workload.namespace>', 'the sidecar or gateway whose configuration is printed; a pod will do too')
    .addOption(
      new Option('-o, --output <format>', 'json as Envoy reads it, yaml, or the columns of istioctl proxy-config')
        .choices(['json', 'yaml', 'table'])
        .default(undefined, 'table'),
    )
    .option('--origins', 'in yaml, say of each piece which field of your files it was made from')
    .option('--fqdn <host>', 'only what speaks of this host')
    .option('--port <number>', 'only what is for this port', port)
    .option('--name <name>', 'only the resource of this name')
    .addHelpText(
      'after',
      `
The last word names what is printed when it is one of ${TYPES.join(', ')} and no such file exists; every other word is a path.`,
    )
    .action(async (words: string[], options: EnvoyCommandOptions) => {
      const { paths, wanted } = split(words);
      const mesh = loadMesh(paths, options);
      const { config, origins } = translate(mesh, proxyNamed(mesh, options.proxy));
      const shown = chosen(config, options);
      const output = outputOf(options);
      if (output === 'table') return print(envoyTable(shown, wanted));
      return print(output === 'json' ? envoyJson(shown, wanted) : envoyYaml(shown, wanted, options.origins && origins));
    });
}

function outputOf({ output, origins }: EnvoyCommandOptions): 'json' | 'yaml' | 'table' {
  if (!origins) return output ?? 'table';
  if (output !== undefined && output !== 'yaml')
    throw new UsageError(`--origins writes comments, for which there is no room in ${output}; use -o yaml`);
  return 'yaml';
}

function port(text: string): number {
  const number = Number(text);
  if (Number.isInteger(number) && number > 0 && number < 65536) return number;
  throw new InvalidArgumentError('a port is a number from 1 to 65535.');
}

/** Tells the kind of resource, if the last word is one, from the paths before it. */
function split(words: readonly string[]): { paths: string[]; wanted: Wanted } {
  const wanted = TYPES.find((type) => type === words.at(-1));
  if (wanted === undefined || existsSync(wanted)) return { paths: [...words], wanted: 'all' };
  return { paths: words.slice(0, -1), wanted };
}
