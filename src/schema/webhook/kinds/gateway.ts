import type { KindMap } from '../../kinds';
import type { GatewaySpec, Port, Server } from '../../kinds/networking';
import { isHttp, isTls, protocolNamed } from '../../protocol';
import { each, fields, isFilled, missing, unique, unlessEmpty } from '../checks';
import { type Check, type Part, isConverted } from '../part';
import { serverTls } from '../traffic/server-tls';
import { bindAddress, isUnix } from '../values/addresses';
import { isLabel } from '../values/hosts';
import { isPort, port as portNumber } from '../values/numbers';
import { knownProtocol } from '../values/protocols';
import { gatewayHost } from '../values/scoped-hosts';

/** istio: validation.ValidateGateway */
export const gateway: Check<KindMap['Gateway']> = (part) => {
  const name = part.at('metadata').at('name');
  if (name.value !== undefined && !isLabel(name.value) && !isConverted(part, 'gateway'))
    name.refuse(`"${name.value}" is not a valid Gateway name: letters, digits and "-" are allowed, and no dots`);
  spec(part.at('spec').as(part.value.spec ?? {}));
};

const spec: Check<GatewaySpec> = (part) => {
  if (!isFilled(part.value.servers)) missing(part, 'servers', ': a Gateway needs at least one');
  servers(part.at('servers').as(part.value.servers ?? []));
};

const servers: Check<readonly Server[]> = (part) => {
  each(server)(part);
  uniquePortNames(part);
};

const uniquePortNames = unique<Server>(
  'port name',
  ({ port }) => port?.name || undefined,
  (item) => item.at('port').at('name'),
);

/** istio: validation.validateServer */
const server: Check<Server> = (part) => {
  if (!isFilled(part.value.hosts)) missing(part, 'hosts', ': a server needs at least one');
  each(gatewayHost)(part.at('hosts').as(part.value.hosts ?? []));
  const { port } = part.value;
  const before = part.judged.violations.length;
  if (port) serverPort(part.at('port') as Part<Port>, part.value.bind ?? '');
  else missing(part, 'port');
  const isSound = before === part.judged.violations.length;
  settings(part);
  if (isSound) tlsOrNot(part, port?.protocol ?? '');
  redirectOfHttp(part);
};

const settings = fields<Server>({ bind: unlessEmpty(bindAddress), tls: serverTls });

/** istio: validation.validateServerPort, validation.validateServerBind */
function serverPort(part: Part<Port>, bind: string): void {
  const { number = 0, targetPort, protocol = '', name } = part.value;
  if (protocol === '') missing(part, 'protocol');
  else knownProtocol(part.at('protocol') as Part<string>);
  if (!isUnix(bind)) portNumber(part.at('number').as(number));
  else if (number !== 0)
    part.at('number').refuse(`a Unix socket has no port${isPort(number) ? '; remove "number" or set it to 0' : ''}`);
  if (targetPort) part.at('targetPort').refuse('"targetPort" has no effect in a Gateway; remove it', { on: 'key' });
  if (!name) missing(part, 'name');
}

function tlsOrNot(part: Part<Server>, name: string): void {
  const { tls } = part.value;
  const protocol = protocolNamed(name);
  if (isTls(protocol)) {
    if (!tls) missing(part, 'tls', `: the protocol ${name} needs it`);
  } else if (tls && !isHttp(protocol)) {
    part
      .at('tls')
      .refuse(`"tls" must not be set for a port of protocol ${name}; it applies to HTTPS and TLS ports`, { on: 'key' });
  } else if (tls && !isRedirectOnly(tls)) {
    part.at('tls').refuse(`a port of protocol ${name} is plain text; only "tls.httpsRedirect" is allowed`, {
      on: 'key',
    });
  }
}

const isRedirectOnly = ({
  mode = 'PASSTHROUGH',
  caCertificates,
  privateKey,
  serverCertificate,
}: NonNullable<Server['tls']>) =>
  (mode === 'PASSTHROUGH' || mode === 'AUTO_PASSTHROUGH') && !caCertificates && !privateKey && !serverCertificate;

function redirectOfHttp(part: Part<Server>): void {
  const { port, tls } = part.value;
  if (port && tls?.httpsRedirect && !isHttp(protocolNamed(port.protocol ?? '')))
    part.at('tls').at('httpsRedirect').doubt('"httpsRedirect" has an effect only at ports of HTTP', { on: 'key' });
}
