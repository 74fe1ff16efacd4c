import { type Command, InvalidArgumentError, Option } from 'commander';
import type { Severity } from '../../rules/rule';
import { configFile, noConfigFile } from '../options/config-option';
import { withExamples } from '../options/examples';
import { wholeNumber } from '../options/numbers';
import { withRelease } from '../options/release-option';
import { ruleLevels } from '../options/rule-option';
import type { CheckOptions } from '../webhook/checks';
import type { Effect } from '../webhook/decide';
import type { FollowOptions } from '../webhook/followed-kinds';
import { LOG_LEVELS, type LogLevel } from '../webhook/log';

/** The options of `meshlint webhook`. */
export interface WebhookOptions extends CheckOptions, FollowOptions {
  cert: string;
  key: string;
  port: number;
  host: string;
  failOn: Severity | 'never';
  missing: Effect;
  deletion: Effect;
  maxBody: number;
  shutdownDelay: number;
  logLevel: LogLevel;
  kubeconfig?: string;
  context?: string;
}

const EFFECTS = ['refuse', 'warn', 'ignore'];

/** `meshlint webhook`. */
export function webhookCommand(program: Command): void {
  const command = withChecks(program.command('webhook'))
    .description('serve a ValidatingWebhookConfiguration: refuse changes that bring errors into the cluster')
    .requiredOption('--cert <file>', 'the certificate of the server, PEM; a renewed file is used without a restart')
    .requiredOption('--key <file>', 'the private key of the certificate, PEM')
    .option('--port <number>', 'the port of /validate, /healthz, /readyz and /metrics (HTTPS)', listenPort, 8443)
    .option('--host <address>', 'the address to listen on', '::')
    .optionsGroup('Decisions:')
    .addOption(
      new Option('--fail-on <severity>', 'lowest severity that refuses a change; lower ones are warnings')
        .choices(['error', 'warning', 'never'])
        .default('error'),
    )
    .addOption(
      new Option('--missing <effect>', 'what a reference to an object that does not exist does')
        .choices(EFFECTS)
        .default('warn'),
    )
    .addOption(
      new Option('--deletion <effect>', 'what the deletion of an object does that others need')
        .choices(EFFECTS)
        .default('warn'),
    )
    .optionsGroup('Server:')
    .option('--max-body <bytes>', 'the longest request that is read', wholeNumber, 8_388_608)
    .option('--shutdown-delay <seconds>', 'how long to go on after SIGTERM until no more requests come', seconds, 5)
    .addOption(new Option('--log-level <level>', 'what to log').choices(LOG_LEVELS).default('info'));
  withExamples(
    withCluster(command),
    '--cert /tls/tls.crt --key /tls/tls.key',
    '--cert tls.crt --key tls.key --kubeconfig ~/.kube/config --fail-on never',
  ).action(async (options: WebhookOptions) => {
    const { runWebhook } = await import('../commands');
    await runWebhook(options);
  });
}

/** Adds the options that say how the objects of a cluster are checked. */
const withChecks = (command: Command): Command =>
  withRelease(command).addOption(configFile()).addOption(noConfigFile()).addOption(ruleLevels());

/** Adds the options that say which cluster is read, and what of it. */
const withCluster = (command: Command): Command =>
  command
    .optionsGroup('Cluster:')
    .option('--kubeconfig <file>', 'the kubeconfig file to use (default: the service account of the pod)')
    .option('--context <name>', 'the kubectl context to use')
    .option('--istio-namespace <name>', 'the namespace of the control plane', 'istio-system')
    .option('--read-secrets', 'read Secrets to check references to them; only certificates are kept');

/** The value of an option that is a time, parts of a second allowed. */
function seconds(text: string): number {
  if (!/^\d+(\.\d+)?$/.test(text)) throw new InvalidArgumentError('Expected a number of seconds.');
  return Number(text);
}

/** The value of an option that is a port to listen on; 0 is any that is free. */
function listenPort(text: string): number {
  if (/^\d+$/.test(text) && Number(text) < 65536) return Number(text);
  throw new InvalidArgumentError('Expected a port number from 0 to 65535.');
}
