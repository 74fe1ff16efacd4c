import ipaddr from 'ipaddr.js';
import { parseDuration } from '../../../schema/duration';
import { isIp } from '../../../schema/ip';
import type { Moment } from './moment';
import { momentText } from './moment';

/** The types of attributes and expressions. Source: istio.policy.v1beta1.ValueType. */
export const VALUE_TYPES = [
  'STRING',
  'INT64',
  'DOUBLE',
  'BOOL',
  'TIMESTAMP',
  'DURATION',
  'IP_ADDRESS',
  'STRING_MAP',
  'DNS_NAME',
  'EMAIL_ADDRESS',
  'URI',
] as const;

export type ValueType = (typeof VALUE_TYPES)[number];

export interface Duration {
  readonly kind: 'duration';
  readonly nanoseconds: bigint;
}

/** An address in the spelling of Go: IPv4 addresses inside IPv6 are IPv4. */
export interface Address {
  readonly kind: 'address';
  readonly text: string;
}

/** INT64 is a bigint, DOUBLE a number; DNS_NAME, EMAIL_ADDRESS and URI are texts. */
export type Value = string | bigint | number | boolean | Moment | Duration | Address | ReadonlyMap<string, string>;

/** An address as Go reads it, or undefined. Source: net.ParseIP. */
export function addressOf(text: string): Address | undefined {
  if (!isIp(text)) return undefined;
  const address = ipaddr.process(text);
  return {
    kind: 'address',
    text: address.kind() === 'ipv4' ? address.toString() : (address as ipaddr.IPv6).toRFC5952String(),
  };
}

/** A duration as Go reads it, or undefined. Source: time.ParseDuration. */
export function durationOf(text: string): Duration | undefined {
  const nanoseconds = parseDuration(text);
  return nanoseconds === undefined ? undefined : { kind: 'duration', nanoseconds: BigInt(Math.trunc(nanoseconds)) };
}

/** A duration as Go writes it: `1h0m1.5s`, `310ms`, `0s`. Source: time.Duration.String. */
export function durationText({ nanoseconds }: Duration): string {
  if (nanoseconds < 0n) return `-${durationText({ kind: 'duration', nanoseconds: -nanoseconds })}`;
  if (nanoseconds === 0n) return '0s';
  if (nanoseconds < 1_000n) return `${nanoseconds}ns`;
  if (nanoseconds < 1_000_000n) return `${decimal(nanoseconds, 3)}µs`;
  if (nanoseconds < 1_000_000_000n) return `${decimal(nanoseconds, 6)}ms`;
  const minutes = nanoseconds / 60_000_000_000n;
  const seconds = `${decimal(nanoseconds % 60_000_000_000n, 9)}s`;
  if (minutes === 0n) return seconds;
  return minutes < 60n ? `${minutes}m${seconds}` : `${minutes / 60n}h${minutes % 60n}m${seconds}`;
}

/** A number with this many decimals, without zeros at its end. */
function decimal(amount: bigint, decimals: number): string {
  const digits = amount.toString().padStart(decimals + 1, '0');
  return `${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`.replace(/(?<!0)0+$/, '').replace(/\.$/, '');
}

/** A value as JSON shows it: durations, timestamps and addresses as text. */
export function plainValue(value: Value): unknown {
  if (typeof value === 'bigint') return Number(value);
  if (typeof value !== 'object') return value;
  if (!('kind' in value)) return Object.fromEntries(value);
  switch (value.kind) {
    case 'moment':
      return momentText(value);
    case 'duration':
      return durationText(value);
    case 'address':
      return value.text;
  }
}
