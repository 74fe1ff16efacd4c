import ipaddr from 'ipaddr.js';
import type { CidrRange } from '../envoy/config';
import { isCidr, isIp } from '../schema/ip';

/** A range of addresses, or one address as the range of itself; undefined where it is neither. istio: util.AddrStrToCidrRange */
export function cidrRange(text: string): CidrRange | undefined {
  if (isIp(text)) return { addressPrefix: plain(text), prefixLen: text.includes(':') ? 128 : 32 };
  if (!isCidr(text)) return undefined;
  const [address = '', bits = ''] = text.split('/');
  return { addressPrefix: plain(address), prefixLen: Number(bits) };
}

const plain = (address: string): string => ipaddr.parse(address).toString();

/** The same text for all ranges that hold the same addresses, whatever comes after the bits that count. */
export function networkOf({ addressPrefix = '', prefixLen = 0 }: CidrRange): string {
  const bytes = ipaddr.parse(addressPrefix).toByteArray();
  const kept = bytes.map((byte, index) => byte & (0xff << Math.min(8, Math.max(0, 8 * (index + 1) - prefixLen))));
  return `${kept.join('.')}/${prefixLen}`;
}
