import type {
  ConnectionPoolSettings,
  ConnectionPoolSettingsHTTPSettings,
  ConnectionPoolSettingsHTTPSettingsConnectionKeepalive,
  ConnectionPoolSettingsTCPSettings,
  ConnectionPoolSettingsTCPSettingsTcpKeepalive,
} from '../../kinds/networking';
import { fields, needs } from '../checks';
import type { Check } from '../part';
import { duration, durationOrNone, notNegative } from '../values/numbers';

const neitherHttpNorTcp: Check<ConnectionPoolSettings> = (part) => {
  if (!part.value.http && !part.value.tcp) part.refuse('connectionPool is empty; set "http" or "tcp"');
};

const upgradeOrClientProtocol: Check<ConnectionPoolSettingsHTTPSettings> = (part) => {
  if (part.value.h2UpgradePolicy === 'UPGRADE' && part.value.useClientProtocol)
    part
      .at('useClientProtocol')
      .refuse('the protocol of the client cannot be kept where "h2UpgradePolicy" is UPGRADE', {
        on: 'key',
      });
};

const limits = {
  http1MaxPendingRequests: notNegative,
  http2MaxRequests: notNegative,
  maxRequestsPerConnection: notNegative,
  maxRetries: notNegative,
  maxConcurrentStreams: notNegative,
  idleTimeout: duration,
};

const http2KeepAlive = fields<ConnectionPoolSettingsHTTPSettingsConnectionKeepalive>(
  { interval: duration, timeout: duration },
  needs('interval', 'timeout'),
);

type Http = ConnectionPoolSettingsHTTPSettings;
const http = fields<Http>({ ...limits, http2KeepAlive }, upgradeOrClientProtocol);
const httpOfMesh = fields<Http>(limits, upgradeOrClientProtocol);

const tcp = fields<ConnectionPoolSettingsTCPSettings>({
  maxConnections: notNegative,
  connectTimeout: duration,
  maxConnectionDuration: duration,
  idleTimeout: durationOrNone,
  tcpKeepalive: fields<ConnectionPoolSettingsTCPSettingsTcpKeepalive>({ time: duration, interval: duration }),
});

/** istio: validation.validateConnectionPool */
export const connectionPool = fields<ConnectionPoolSettings>({ http, tcp }, neitherHttpNorTcp);

/** The pool that holds in the whole mesh. istio: agent.validateMeshConfigDefaultTrafficPolicy */
export const meshConnectionPool = fields<ConnectionPoolSettings>({ http: httpOfMesh, tcp }, neitherHttpNorTcp);
