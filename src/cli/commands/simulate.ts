import { type Command, InvalidArgumentError, Option } from 'commander';
import { type InputOptions, withInput } from '../input/load';
import { portNumber, wholeNumber } from '../options/numbers';
import { withRelease } from '../options/release-option';
import type { ColourChoice } from '../terminal';
import { withExamples } from '../options/examples';
import { noColour } from '../options/no-colour';

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
  const command = withAnswers(withRequest(withRelease(program.command('simulate'))))
    .description('show what happens to a request: proxies, routes, workload, and why')
    .usage('[paths...] URL [--from WORKLOAD.NAMESPACE | --gateway WORKLOAD.NAMESPACE] [options]')
    .addHelpText(
      'after',
      '\nThe URL can be any of the arguments; it is missing where an option such as --curl gives the request. All other arguments are paths.',
    );
  withExamples(
    withInput(command),
    'bookinfo/ http://reviews:9080/reviews/0 --from productpage.default --user jason',
    'bookinfo/ http://bookinfo.example.com/productpage --gateway istio-ingressgateway.istio-system --why',
  ).action(async (words: string[], options: SimulateCommandOptions) => {
    const { runSimulate } = await import('../commands');
    await runSimulate(words, options);
  });
}

const withRequest = (command: Command): Command =>
  command
    .option('--from <workload.namespace>', 'the client workload')
    .option('--gateway <workload.namespace>', 'the gateway that receives the request from outside the mesh')
    .option('-X, --request <method>', 'the HTTP method (default: GET)')
    .addOption(
      new Option('-H, --header <header>', 'a header as "name: value"; repeatable')
        .argParser(header)
        .default([], 'none'),
    )
    .option('--user <name>', 'the value of the header end-user')
    .option('--user-header <name>', 'the header for --user (default: end-user)')
    .option('--token <jwt>', 'a bearer token, or a file with one')
    .option('--claims <json>', 'the claims of a valid token as JSON, or a file with them')
    .option('--identity <name>', 'the identity in the certificate of an external client: a SPIFFE ID or a DNS name')
    .option('--source-ip <address>', 'the IP address of an external client')
    .option('--port <number>', 'the destination port (default: that of the URL)', portNumber)
    .option('--sni <name>', 'the TLS server name (default: the host of the URL)')
    .option('--random <number>', 'use this random value instead of showing every outcome', wholeNumber);

const withAnswers = (command: Command): Command =>
  command
    .addOption(source('--curl <command>', 'take the request from a curl command line'))
    .addOption(source('--har <file>', 'take the requests from a HAR file that a browser recorded'))
    .addOption(
      source('--access-log <line>', 'take the request from an Envoy access log line; - reads it from standard input'),
    )
    .option('--requests <file>', 'run a JSON list: requests through one proxy, whole calls, or calls to Mixer')
    .option('--config-dump <file>', 'use the /config_dump of an Envoy instead of configuration files')
    .option('--inbound', 'with --config-dump of a sidecar: an inbound request to its workload')
    .option('--why', 'also show the candidates that were not chosen, with the reason')
    .option('--telemetry', 'also show the access log line, metrics and span of each proxy')
    .option('--show-config', 'also show the Envoy objects that the request uses')
    .addOption(
      new Option('-o, --output <format>', 'output format; mermaid is a sequence diagram')
        .choices(['text', 'json', 'mermaid'])
        .default('text'),
    )
    .addOption(new Option('--color <when>', 'colour the output').choices(['auto', 'always', 'never']).default('auto'))
    .addOption(noColour());

/** Whence the request comes, if not from the last word; there can be one of these. */
const source = (flags: string, description: string): Option =>
  new Option(flags, description).conflicts(
    ['curl', 'har', 'accessLog', 'requests'].filter((name) => !flags.replace('-l', 'L').startsWith(`--${name}`)),
  );

function header(text: string, before: SimulateCommandOptions['header']): SimulateCommandOptions['header'] {
  const colon = text.indexOf(':');
  if (colon < 1) throw new InvalidArgumentError('Expected "name: value".');
  return [...before, [text.slice(0, colon).trim(), text.slice(colon + 1).trim()]];
}
