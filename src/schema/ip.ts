import ipaddr from 'ipaddr.js';

/** Whether a text is an address as Go reads it: no zone, no octal or short forms. */
export const isIp = (text: string): boolean => isIpv4(text) || isIpv6(text);

/** Whether a text is an address, which may name its zone (`fe80::1%eth0`). Source: net/netip ParseAddr. */
export function isAddress(text: string): boolean {
  const zone = text.indexOf('%');
  return zone < 0 ? isIp(text) : zone < text.length - 1 && isIpv6(text.slice(0, zone));
}

/** Whether a text is an IPv4 address of four plain decimals. */
export const isIpv4 = (text: string): boolean => IPV4.test(text);

const IPV4 = /^(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)){3}$/;

/** Whether a text is an IPv6 address without a zone. */
export const isIpv6 = (text: string): boolean =>
  IPV6_CHARACTERS.test(text) && !OCTAL.test(text) && ipaddr.IPv6.isValid(text);

// What is plainly none must not get to the library, which throws and catches errors.
const IPV6_CHARACTERS = /^(?=.*:)[\da-fA-F:.]+$/;

/** A leading zero in the decimals that an address may end in. */
const OCTAL = /[:.]0\d+\.|\.0\d+$/;

/** Whether a text is an address and the length of its prefix: `10.0.0.0/8`. */
export function isCidr(text: string): boolean {
  const slash = text.indexOf('/');
  const address = text.slice(0, slash);
  const bits = text.slice(slash + 1);
  if (slash < 0 || !/^(0|[1-9]\d{0,2})$/.test(bits)) return false;
  return isIpv4(address) ? Number(bits) <= 32 : isIpv6(address) && Number(bits) <= 128;
}
