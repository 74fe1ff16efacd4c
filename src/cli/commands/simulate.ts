import { type Command, InvalidArgumentError, Option } from 'commander';
import { type InputOptions, withInput } from '../input/load';
import { portNumber, wholeNumber } from '../options/numbers';
import { withRelease } from '../options/release-option';
import type { ColourChoice } from '../terminal';

/** The options of `meshlint simulate`. */
export interface SimulateCommandOptions extends InputOptions {
  from?: string;
  gateway?: string;
  request?: string;
  header: [name: string, value: string][];
  user?: string;
  userHeader?: string;
  token?: string;
  claims?: string;
  identity?: string;
  sourceIp?: string;
  port?: number;
  sni?: string;
  random?: number;
  requests?: string;
  curl?: string;
  har?: string;
  accessLog?: string;
  configDump?: string;
  inbound?: true;
  why?: true;
  telemetry?: true;
  showConfig?: true;
  output: 'text' | 'json' | 'mermaid';
  color: ColourChoice | false;
}

/** `meshlint simulate`. */
export function simulateCommand(program: Command): void {
  withAnswers(withRequest(withRelease(withInput(program.command('simulate')))))
    .description('follow a request through the mesh: which proxy, route and workload take it, and why')
    .usage('[paths...] URL [--from WORKLOAD.NAMESPACE | --gateway WORKLOAD.NAMESPACE] [options]')
    .addHelpText(
      'after',
      '\nThe last word is the URL, unless an option says where the request comes from; every other word is a path.',
    )
    .action(async (words: string[], options: SimulateCommandOptions) => {
      const { runSimulate } = await import('../commands');
      await runSimulate(words, options);
    });
}

const withRequest = (command: Command): Command =>
  command
    .option('--from <workload.namespace>', 'the workload that sends the request')
    .option('--gateway <workload.namespace>', 'the gateway that the request reaches from outside')
    .option('-X, --request <method>', 'the HTTP method (default: GET)')
    .option('-H, --header <header>', 'a header as "name: value", repeatable', header, [])
    .option('--user <name>', 'who is signed in: the value of the header end-user')
    .option('--user-header <name>', 'the header that names the user, where that is another one')
    .option('--token <jwt>', 'a bearer token, or the file that holds it')
    .option('--claims <json>', 'claims of a token that is taken to be valid, or the file that holds them')
    .option('--identity <name>', 'what the certificate of a client outside is for: a SPIFFE identity or a DNS name')
    .option('--source-ip <address>', 'the address of a client outside')
    .option('--port <number>', "the port that is dialled, where that is not the URL's", portNumber)
    .option('--sni <name>', "the server name in the TLS handshake, where that is not the URL's host")
    .option('--random <number>', 'what Envoy draws where it throws dice, instead of all that can happen', wholeNumber);

const withAnswers = (command: Command): Command =>
  command
    .addOption(source('--curl <command>', 'a command line of curl, which stands for the URL and what belongs to it'))
    .addOption(source('--har <file>', 'the requests that a browser recorded, one after the other'))
    .addOption(
      source('--access-log <line>', 'the request that Envoy wrote this line about; - reads it from standard input'),
    )
    .option('--requests <file>', 'what one proxy each makes of a list of requests in JSON')
    .option('--config-dump <file>', "what an Envoy with this /config_dump makes of the request, instead of the input's")
    .option('--inbound', 'with --config-dump of a sidecar: the request comes to its workload')
    .option('--why', 'every candidate that was not chosen, with the reason')
    .option('--telemetry', 'the access log line, metric and span of each proxy')
    .option('--show-config', 'the objects of Envoy that the request runs through')
    .addOption(
      new Option('-o, --output <format>', 'how to report; mermaid is a sequence diagram')
        .choices(['text', 'json', 'mermaid'])
        .default('text'),
    )
    .addOption(new Option('--color <when>', 'colour the report').choices(['auto', 'always', 'never']).default('auto'))
    .option('--no-color', 'the same as --color never');

/** Whence the request comes, if not from the last word; there can be one of these. */
const source = (flags: string, description: string): Option =>
  new Option(flags, description).conflicts(
    ['curl', 'har', 'accessLog', 'requests'].filter((name) => !flags.replace('-l', 'L').startsWith(`--${name}`)),
  );

function header(text: string, before: SimulateCommandOptions['header']): SimulateCommandOptions['header'] {
  const colon = text.indexOf(':');
  if (colon < 1) throw new InvalidArgumentError('A header is written as "name: value".');
  return [...before, [text.slice(0, colon).trim(), text.slice(colon + 1).trim()]];
}
