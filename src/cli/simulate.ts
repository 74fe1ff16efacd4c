import { type Command, InvalidArgumentError, Option } from 'commander';
import { type InputOptions, withInput } from './load';
import type { ColourChoice } from './terminal';

/** The options of `meshlint simulate`. */
export interface SimulateCommandOptions extends InputOptions {
  from?: string;
  gateway?: string;
  request?: string;
  header: [name: string, value: string][];
  user?: string;
  userHeader?: string;
  requests?: string;
  why?: true;
  showConfig?: true;
  output: 'text' | 'json';
  color: ColourChoice | false;
}

/** `meshlint simulate`. */
export function simulateCommand(program: Command): void {
  withInput(program.command('simulate'))
    .description('follow a request through the mesh: which proxy, route and workload take it, and why')
    .usage('[paths...] URL [--from WORKLOAD.NAMESPACE | --gateway WORKLOAD.NAMESPACE] [options]')
    .option('--from <workload.namespace>', 'the workload that sends the request')
    .option('--gateway <workload.namespace>', 'the gateway that the request reaches from outside')
    .option('-X, --request <method>', 'the HTTP method (default: GET)')
    .option('-H, --header <header>', 'a header as "name: value", repeatable', header, [])
    .option('--user <name>', 'who is signed in: the value of the header end-user')
    .option('--user-header <name>', 'the header that names the user, where that is another one')
    .option('--requests <file>', 'what one proxy each makes of a list of requests in JSON')
    .option('--why', 'every candidate that was not chosen, with the reason')
    .option('--show-config', 'the objects of Envoy that the request runs through')
    .addOption(new Option('-o, --output <format>', 'how to report').choices(['text', 'json']).default('text'))
    .addOption(new Option('--color <when>', 'colour the report').choices(['auto', 'always', 'never']).default('auto'))
    .option('--no-color', 'the same as --color never')
    .addHelpText('after', '\nThe last word is the URL; every other word is a path.')
    .action(async (words: string[], options: SimulateCommandOptions) => {
      const { runSimulate } = await import('./commands');
      await runSimulate(words, options);
    });
}

function header(text: string, before: SimulateCommandOptions['header']): SimulateCommandOptions['header'] {
  const colon = text.indexOf(':');
  if (colon < 1) throw new InvalidArgumentError('A header is written as "name: value".');
  return [...before, [text.slice(0, colon).trim(), text.slice(colon + 1).trim()]];
}
