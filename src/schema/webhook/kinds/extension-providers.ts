import type { MeshConfigExtensionProvider } from '../../kinds/mesh';
import { isAddress } from '../../ip';
import type { Check, Part } from '../part';
import { wholeNumber } from '../values/addresses';
import { isFqdn } from '../values/hosts';
import { isNamedCode } from '../../facts/http-codes';
import { isPort } from '../values/numbers';

/** What the providers of one kind or another have of these. */
interface Settings {
  service?: string;
  port?: number;
  statusOnError?: string;
  pathPrefix?: string;
  accessToken?: string;
  grpc?: object;
  http?: object;
}

const WITH_SERVICE = [
  'envoyExtAuthzHttp',
  'envoyExtAuthzGrpc',
  'zipkin',
  'lightstep',
  'datadog',
  'opencensus',
  'skywalking',
  'envoyOtelAls',
  'opentelemetry',
  'envoyHttpAls',
  'envoyTcpAls',
] as const;

/**
 * Providers that policies and Telemetries may name. istio: agent.validateExtensionProvider
 * Differs: istiod only writes such faults into its log, and goes on with a provider that does not work; we warn.
 */
export const extensionProviders: Check<readonly MeshConfigExtensionProvider[]> = (part) => {
  const seen = new Set<string>();
  for (const provider of part.items()) {
    const { name = '' } = provider.value;
    if (name === '') doubt(provider.at('name'), 'a provider needs a name');
    else if (seen.has(name)) doubt(provider.at('name'), `duplicate provider "${name}"`);
    seen.add(name);
    for (const kind of WITH_SERVICE) {
      const settings: Part<Settings | undefined> = provider.at(kind);
      if (settings.value) provided(settings as Part<Settings>, kind);
    }
  }
};

const doubt = (part: Part, message: string) => part.doubt(message, { ours: true });

function provided(part: Part<Settings>, kind: (typeof WITH_SERVICE)[number]): void {
  const { port = 0, service = '', pathPrefix = '', statusOnError = '', accessToken, grpc, http } = part.value;
  if (!isPort(port)) doubt(part.at('port'), `${port} is not a port between 1 and 65535`);
  if (!isService(service)) doubt(part.at('service'), `"${service}" is neither the name of a host nor "namespace/host"`);
  if (pathPrefix && !pathPrefix.startsWith('/'))
    doubt(part.at('pathPrefix'), `"${pathPrefix}" does not begin with "/"`);
  if (statusOnError && !isStatus(statusOnError))
    doubt(part.at('statusOnError'), `"${statusOnError}" is not an HTTP status that Envoy supports`);
  if (kind === 'lightstep' && !accessToken) doubt(part.at('accessToken'), '"accessToken" is missing');
  if (kind === 'opentelemetry' && grpc && http) doubt(part.at('http'), '"http" and "grpc" are mutually exclusive');
}

/** istio: agent.validateExtensionProviderService */
function isService(text: string): boolean {
  const [namespace, host] = text.split('/', 2);
  if (host === undefined) return isFqdn(text) || isAddress(text);
  return namespace !== '' && (host === '*' || (host.includes('.') && isFqdn(host.replace(/^\*\./, ''))));
}

/** The codes of envoy.type.v3.StatusCode. */
function isStatus(text: string): boolean {
  const code = wholeNumber(text) ?? -1;
  return code === 0 || code === 100 || (code !== 418 && code > 103 && isNamedCode(code));
}
