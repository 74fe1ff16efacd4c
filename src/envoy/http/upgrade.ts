import type { UpgradeConfig } from '../config';
import { lower } from '../match/string';
import type { Reply } from './reply';
import { routeOf } from './route';
import type { Stream } from './stream';

/** Removes what concerns the connection only, and refuses upgrades that are not allowed. envoy: createFilterChain. */
export function tendUpgrade(stream: Stream): Reply | undefined {
  const { request } = stream;
  const upgrade = upgradeOf(stream);
  request.remove(
    'keep-alive',
    'proxy-connection',
    'transfer-encoding',
    ...(upgrade ? [] : ['connection', 'upgrade', 'http2-settings']),
  );
  if (request.has('te')) tendTrailers(stream);
  if (!upgrade) return undefined;
  const { route } = routeOf(stream);
  // What is not routed is told so, whatever it wants to become.
  const says = switchFor(upgrade, route?.route?.upgradeConfigs) ?? switchFor(upgrade, stream.manager.upgradeConfigs);
  return !route || says ? undefined : { status: 403, details: 'upgrade_failed' };
}

function upgradeOf({ request }: Stream): string | undefined {
  if (request.method === 'CONNECT') return 'connect';
  const connection = lower(request.joined('connection') ?? '')
    .split(',')
    .map((token) => token.trim());
  const upgrade = lower(request.first('upgrade') ?? '');
  return connection.includes('upgrade') && upgrade && upgrade !== 'h2c' ? upgrade : undefined;
}

function tendTrailers({ request }: Stream): void {
  const tokens = lower(request.joined('te') ?? '')
    .split(',')
    .map((token) => token.trim());
  if (tokens.includes('trailers')) request.set('te', 'trailers');
  else request.remove('te');
}

/** Whether an upgrade is switched on or off; undefined where nothing is said of it. */
function switchFor(upgrade: string, configs: readonly UpgradeConfig[] | undefined): boolean | undefined {
  const config = configs?.find(({ upgradeType = '' }) => lower(upgradeType) === upgrade);
  return config && (config.enabled ?? true);
}
