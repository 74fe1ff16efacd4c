import ipaddr from 'ipaddr.js';
import type { CidrRange } from '../config';
import { perObject } from '../run/lookup';

type Ip = ipaddr.IPv4 | ipaddr.IPv6;

/** The address of a text that is one, with IPv4 taken out of its IPv6 form. */
export function ipOf(text: string): Ip | undefined {
  const likely = text.includes(':') ? ipaddr.IPv6.isValid(text) : /^\d+\.\d+\.\d+\.\d+$/.test(text);
  return likely && (text.includes(':') || ipaddr.IPv4.isValidFourPartDecimal(text)) ? ipaddr.process(text) : undefined;
}

const prefixOf = perObject((range: CidrRange): { start: Ip; length: number } | undefined => {
  const start = ipOf(range.addressPrefix ?? '');
  return start && { start, length: range.prefixLen ?? 0 };
});

/** Whether an address lies in the range. */
export function inRange(range: CidrRange, address: string): boolean {
  const prefix = prefixOf(range);
  const ip = ipOf(address);
  if (!prefix || !ip || ip.kind() !== prefix.start.kind()) return false;
  return ip.match(prefix.start, prefix.length);
}

/** The length of the longest of the ranges that an address lies in; -1 where it is in none. */
export function longestPrefix(ranges: readonly CidrRange[], address: string): number {
  return ranges.reduce(
    (longest, range) => (inRange(range, address) ? Math.max(longest, range.prefixLen ?? 0) : longest),
    -1,
  );
}

/** A range as it is written. */
export const rangeText = ({ addressPrefix, prefixLen }: CidrRange): string =>
  `${addressPrefix ?? ''}/${prefixLen ?? 0}`;

export const isLoopback = (address: string): boolean => address.startsWith('127.') || address === '::1';

/** An address with its port, as Envoy writes it. */
export function withPort(address: string, port: number | undefined): string {
  return `${address.includes(':') ? `[${address}]` : address}:${port ?? 0}`;
}
