/** The protocols of ports, as Istio tells them from what is written. */
import { type Protocol, protocolNamed } from '../../schema/protocol';

export * from '../../schema/protocol';

/** Values of appProtocol that Kubernetes itself defines. */
const STANDARD = new Map<string, Protocol>([
  ['kubernetes.io/h2c', 'HTTP2'],
  ['kubernetes.io/ws', 'HTTP'],
  ['kubernetes.io/wss', 'HTTPS'],
]);

/** SMTP, DNS, MySQL, MongoDB: servers that speak first, so their protocol must not be sniffed. */
const WELL_KNOWN_TCP = new Set([25, 53, 3306, 27017]);

/** What the port of a Service carries: by its appProtocol, else by the first part of its name. istio: kube.ConvertProtocol */
export function protocolOfPort(
  number: number,
  name: string,
  transport: string,
  appProtocol: string | undefined,
): Protocol {
  if (transport === 'UDP') return 'UDP';
  const standard = STANDARD.get(appProtocol ?? '');
  if (standard) return standard;
  const told = (appProtocol ?? name).toLowerCase();
  if (told.startsWith('grpc-web')) return 'GRPC-Web';
  const protocol = protocolNamed(told.split('-', 1)[0]!);
  return protocol === 'UnsupportedProtocol' && WELL_KNOWN_TCP.has(number) ? 'TCP' : protocol;
}
