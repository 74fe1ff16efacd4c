import { RE2JS, RE2JSException } from 're2js';
import ipaddr from 'ipaddr.js';
import { isCidr, isIp } from '../../schema/ip';
import { parseUrl } from '../../schema/go-url';
import { type Value, addressOf } from './expression/value';
import { type ParamFields, readParams } from './params';
import type { CheckResult } from './result';
import { goText } from './text';

const ENTRY_TYPES = ['STRINGS', 'CASE_INSENSITIVE_STRINGS', 'IP_ADDRESSES', 'REGEX'] as const;

interface List {
  readonly providerUrl: string;
  readonly refreshInterval: number;
  readonly ttl: number;
  readonly cachingInterval: number;
  readonly cachingUseCount: number;
  readonly overrides: readonly string[];
  readonly entryType: (typeof ENTRY_TYPES)[number];
  readonly blacklist: boolean;
}

/** The parameters of the adapter listchecker. */
export const LISTCHECKER_PARAMS: ParamFields = {
  fields: {
    providerUrl: 'text',
    refreshInterval: 'duration',
    ttl: 'duration',
    cachingInterval: 'duration',
    cachingUseCount: 'integer',
    overrides: { list: 'text' },
    entryType: { names: ENTRY_TYPES },
    blacklist: 'truth',
  },
};

const DEFAULTS: List = {
  providerUrl: '',
  refreshInterval: 60e9,
  ttl: 300e9,
  cachingInterval: 300e9,
  cachingUseCount: 10000,
  overrides: [],
  entryType: 'STRINGS',
  blacklist: false,
};

/** Answers whether a value is in the list; undefined where the list is not at hand, and the call fails. */
export type ListChecker = (value: Value | undefined) => CheckResult | undefined;

/** A handler of the adapter listchecker, or undefined where Mixer cannot make it. Source: mixer/adapter/list. */
export function listChecker(params: unknown): ListChecker | undefined {
  const list = readParams(LISTCHECKER_PARAMS, params, DEFAULTS);
  if (!isValid(list)) return undefined;
  // What the provider would answer is not known here.
  if (list.providerUrl) return () => undefined;
  const has = membership(list);
  const caching = { validDuration: list.cachingInterval, validUseCount: list.cachingUseCount };
  return (value) => ({ ...verdict(list, has, value), ...caching });
}

/** Why a list denies every value. */
export type Denial =
  | { readonly kind: 'no entries' | 'networks as text' }
  | {
      readonly kind: 'entry for all values';
      readonly index: number;
      readonly entry: string;
      readonly matches: 'every value' | 'every IPv4 address' | 'every IPv6 address';
    };

/** Why a handler of the adapter listchecker denies every value; undefined where it does not, or its provider decides. */
export function denialOf(params: unknown): Denial | undefined {
  const list = readParams(LISTCHECKER_PARAMS, params, DEFAULTS);
  const { blacklist, entryType, overrides, providerUrl } = list;
  if (!isValid(list)) return undefined;
  if (blacklist) return denyingEntry(list);
  if (providerUrl) return undefined;
  if (overrides.length === 0) return { kind: 'no entries' };
  const isText = entryType === 'STRINGS' || entryType === 'CASE_INSENSITIVE_STRINGS';
  return isText && overrides.every(isCidr) ? { kind: 'networks as text' } : undefined;
}

function denyingEntry({ entryType, overrides }: List): Denial | undefined {
  for (const [index, entry] of overrides.entries()) {
    const matches = allMatchedBy(entry, entryType);
    if (matches) return { kind: 'entry for all values', index, entry, matches };
  }
  return undefined;
}

function allMatchedBy(entry: string, entryType: List['entryType']) {
  switch (entryType) {
    case 'STRINGS':
    case 'CASE_INSENSITIVE_STRINGS':
      return undefined;
    case 'IP_ADDRESSES': {
      const [base, bits] = ipaddr.parseCIDR(network(entry));
      if (bits > 0) return undefined;
      return base.kind() === 'ipv4' ? 'every IPv4 address' : 'every IPv6 address';
    }
    case 'REGEX':
      return PROBES.every((probe) => expression(entry)!.matcher(probe).find()) ? 'every value' : undefined;
  }
}

/** Values that have nothing in common. */
const PROBES = ['', 'a', '~0', '/ Z'];

function isValid({
  providerUrl,
  refreshInterval,
  ttl,
  cachingInterval,
  cachingUseCount,
  entryType,
  overrides,
}: List): boolean {
  const url = providerUrl ? parseUrl(providerUrl) : undefined;
  if (providerUrl && (!url?.scheme || !url.host || refreshInterval < 1e9 || ttl < refreshInterval)) return false;
  if (cachingInterval < 0 || cachingUseCount < 0) return false;
  if (entryType === 'IP_ADDRESSES') return overrides.every((entry) => isCidr(network(entry)));
  return entryType !== 'REGEX' || overrides.every((entry) => expression(entry) !== undefined);
}

function verdict({ entryType, blacklist }: List, has: (text: string) => boolean, value: Value | undefined) {
  const text = textOf(value);
  if (text === undefined) return { code: 3, message: `${goText(value)} is not a valid string or IP address` };
  if (entryType === 'IP_ADDRESSES' && !addressOf(text))
    return { code: 3, message: `${text} is not a valid IP address` };
  if (has(text) !== blacklist) return { code: 0, message: '' };
  return { code: 7, message: `${text} is ${blacklist ? 'blacklisted' : 'not whitelisted'}` };
}

function textOf(value: Value | undefined): string | undefined {
  if (typeof value === 'string') return value;
  return typeof value === 'object' && 'kind' in value && value.kind === 'address' ? value.text : undefined;
}

function membership({ entryType, overrides }: List): (text: string) => boolean {
  switch (entryType) {
    case 'STRINGS':
      return (text) => overrides.includes(text);
    case 'CASE_INSENSITIVE_STRINGS': {
      const entries = new Set(overrides.map((entry) => entry.toUpperCase()));
      return (text) => entries.has(text.toUpperCase());
    }
    case 'IP_ADDRESSES': {
      const networks = overrides.map((entry) => ipaddr.parseCIDR(network(entry)));
      return (text) => isIp(text) && networks.some((each) => contains(each, ipaddr.process(text)));
    }
    case 'REGEX': {
      const expressions = overrides.map((entry) => expression(entry)!);
      return (text) => expressions.some((each) => each.matcher(text).find());
    }
  }
}

/** Mixer gives every entry without a length 32 bits, addresses of IPv6 too. */
const network = (entry: string) => (entry.includes('/') ? entry : `${entry}/32`);

const contains = ([base, bits]: [ipaddr.IPv4 | ipaddr.IPv6, number], address: ipaddr.IPv4 | ipaddr.IPv6): boolean =>
  base.kind() === address.kind() && address.match(base, bits);

function expression(text: string): RE2JS | undefined {
  try {
    return RE2JS.compile(text);
  } catch (error) {
    if (error instanceof RE2JSException) return undefined;
    throw error;
  }
}
