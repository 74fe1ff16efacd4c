/** Addresses of the network, and places of sockets. */
import { isAddress, isCidr } from '../../ip';
import type { BadName } from '../../names';
import { spelt } from '../checks';

/** istio: agent.ValidateIPAddress */
export const ipAddress = spelt((text) => (isAddress(text) ? undefined : { because: 'is not an IP address' }));

/** An address, or a range of them. istio: agent.ValidateIPSubnet */
function addressOrRange(text: string): BadName | undefined {
  if (text.split('/').length === 2)
    return isCidr(text) ? undefined : { because: 'is not an address range such as "10.0.0.0/8"' };
  return isAddress(text) ? undefined : { because: 'is neither an IP address nor a range such as "10.0.0.0/8"' };
}

/** As the rule, for checks of fields. */
export const subnet = spelt(addressOrRange);

const UNIX = 'unix://';

/** Whether an address is that of a Unix domain socket. */
export const isUnix = (text: string): boolean => text.startsWith(UNIX);

/** A Unix domain socket: an absolute path, or an abstract name. istio: validation.ValidateUnixAddress */
export function unixSocket(text: string): BadName | undefined {
  const path = text.slice(UNIX.length);
  if (path.startsWith('@')) return undefined;
  if (!path.startsWith('/'))
    return { because: 'is neither an absolute path ("unix:///...") nor an abstract socket ("unix://@...")' };
  return path.endsWith('/') ? { because: 'is a folder, not a socket' } : undefined;
}

/** Where a listener listens: an address, or a socket. */
export const bindAddress = spelt((text) =>
  isUnix(text)
    ? unixSocket(text)
    : isAddress(text)
      ? undefined
      : { because: 'is neither an IP address nor a Unix socket ("unix:///...")' },
);

/** The host and port of `host:port`, or undefined where there is no such form. Source: Go net.SplitHostPort. */
export function splitHostPort(text: string): [host: string, port: string] | undefined {
  const colon = text.lastIndexOf(':');
  if (colon < 0) return undefined;
  const host = text.slice(0, colon);
  const port = text.slice(colon + 1);
  if (/[[\]]/.test(port)) return undefined;
  if (host.startsWith('[')) {
    const inner = host.slice(1, -1);
    return host.endsWith(']') && !/[[\]]/.test(inner) ? [inner, port] : undefined;
  }
  return /[:[\]]/.test(host) ? undefined : [host, port];
}

/** A whole number as Go's strconv.Atoi reads it. */
export const wholeNumber = (text: string): number | undefined => (/^[-+]?\d+$/.test(text) ? Number(text) : undefined);
