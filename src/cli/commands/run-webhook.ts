import { listed } from '../../source/listed';
import { type Certificate, readCertificate, watchCertificate } from '../webhook/certificate';
import { checksOf } from '../webhook/checks';
import { ClusterState } from '../webhook/cluster-state';
import { Follower } from '../webhook/follow';
import { followedKinds } from '../webhook/followed-kinds';
import { answer } from '../webhook/handler';
import { Log } from '../webhook/log';
import { Metrics } from '../webhook/metrics';
import type { WebhookOptions } from './webhook';

/** Milliseconds between two looks at the files of the certificate. */
const CERTIFICATE_INTERVAL = 2000;
/** Milliseconds that open requests may take once no more are accepted. */
const LAST_REQUESTS = 10_000;

/** Serves the API server of a cluster until SIGTERM or SIGINT. What other commands do not need, such as HTTPS, is loaded only here. */
export async function runWebhook(options: WebhookOptions): Promise<void> {
  let certificate = readCertificate(options);
  const checks = checksOf(options);
  const [{ connect }, { AdmissionServer }] = await Promise.all([
    import('../webhook/kubernetes-client'),
    import('../webhook/server'),
  ]);
  const client = connect(options);
  const log = new Log(options.logLevel);
  const kinds = followedKinds(options);
  const state = new ClusterState(kinds);
  const follower = new Follower(client, state, log);
  const metrics = new Metrics(gaugesOf(state, follower, () => certificate));
  const handling = { state, checks, policy: options, kinds, metrics, log };
  let isEnding = false;
  const server = new AdmissionServer(
    certificate,
    {
      validate: (body) => answer(body, handling),
      notReady: () => (isEnding ? 'shutting down' : state.isSynced ? undefined : waitingFor(state)),
      metrics: () => metrics.text,
    },
    options,
  );
  const port = await server.listen();
  log.info('listening', { host: options.host, port, server: client.server, rules: checks.rules.length });
  warnOfClock(certificate, log);
  const renewal = watchCertificate(options, CERTIFICATE_INTERVAL, {
    renewed: (next) => {
      certificate = next;
      server.renew(next);
      log.info('certificate renewed', { validTo: next.validTo.toISOString() });
    },
    failed: (error) => log.error('the new certificate cannot be used; going on with the old one', { error }),
  });
  void follower.start();
  const stopped = stopSignal();
  await Promise.race([synced(state, log), stopped]);
  const signal = await stopped;
  isEnding = true;
  log.info('shutting down', { signal });
  await pause(options.shutdownDelay * 1000);
  await server.close(LAST_REQUESTS);
  renewal.stop();
  follower.stop();
  log.info('stopped');
}

const gaugesOf = (state: ClusterState, follower: Follower, certificate: () => Certificate) => [
  { name: 'meshlint_cache_objects', help: 'Objects of the cluster that are known.', value: () => state.files.size },
  {
    name: 'meshlint_cache_synced',
    help: 'Whether all kinds have been listed (1) or not (0).',
    value: () => Number(state.isSynced),
  },
  {
    name: 'meshlint_cache_age_seconds',
    help: 'Time since a change of the cluster was last seen.',
    value: () => state.secondsSinceChange,
  },
  {
    name: 'meshlint_watch_failing',
    help: 'Kinds that cannot be followed at the moment.',
    value: () => follower.failing,
  },
  {
    name: 'meshlint_certificate_expiry_timestamp_seconds',
    help: 'When the certificate of the server expires.',
    value: () => certificate().validTo.getTime() / 1000,
  },
];

const MOST_WAITING = 5;

const waitingFor = (state: ClusterState): string =>
  `the cluster has not been read completely yet; waiting for ${listed(
    state.kindsIn('waiting').map(({ resource }) => resource),
    MOST_WAITING,
  )}`;

/** A clock that is behind makes a new certificate look as if it were not valid yet. */
function warnOfClock({ validFrom }: Certificate, log: Log): void {
  if (validFrom > new Date())
    log.warn('the certificate is not valid yet; is the clock of this machine right?', {
      validFrom: validFrom.toISOString(),
    });
}

/** Logs once that the whole cluster has been read. */
function synced(state: ClusterState, log: Log): Promise<void> {
  const started = performance.now();
  return new Promise((resolve) => {
    const timer = setInterval(() => {
      if (!state.isSynced) return;
      clearInterval(timer);
      log.info('ready', { objects: state.files.size, milliseconds: Math.round(performance.now() - started) });
      resolve();
    }, 50).unref();
  });
}

/** The first signal that asks the process to end. A second one ends it at once. */
const stopSignal = (): Promise<string> =>
  new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve(signal));
  });

const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));
