import ipaddr from 'ipaddr.js';
import type { AddressRange } from './config';

/** Whether an address lies in a range. */
export function holds({ address: base, length = 0 }: AddressRange, address: string): boolean {
  if (!ipaddr.isValid(address) || !ipaddr.isValid(base)) return false;
  const parsed = ipaddr.parse(address);
  const first = ipaddr.parse(base);
  return parsed.kind() === first.kind() && parsed.match(first, length);
}
