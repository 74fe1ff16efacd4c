import type { ValueType } from './value';

/** What a function takes and gives. `same`: one type throughout, that of the first such argument. */
export interface Signature {
  /** The type of what a method is called on. */
  readonly target?: ValueType;
  readonly args: readonly (ValueType | 'same')[];
  readonly result: ValueType | 'same';
  /** The types that arguments of type `same` may have. */
  readonly among?: readonly ValueType[];
}

const ORDERED: readonly ValueType[] = ['STRING', 'INT64', 'DOUBLE', 'TIMESTAMP', 'DNS_NAME', 'EMAIL_ADDRESS', 'URI'];
const COMPARABLE: readonly ValueType[] = [...ORDERED, 'BOOL', 'IP_ADDRESS'];
const ADDABLE: readonly ValueType[] = ['STRING', 'INT64', 'DOUBLE', 'DNS_NAME', 'EMAIL_ADDRESS', 'URI'];

const comparison = (among: readonly ValueType[]): Signature => ({ args: ['same', 'same'], result: 'BOOL', among });
const logical: Signature = { args: ['BOOL', 'BOOL'], result: 'BOOL' };
const conversion = (result: ValueType): Signature => ({ args: ['STRING'], result });
const method: Signature = { target: 'STRING', args: ['STRING'], result: 'BOOL' };

/** The functions of Mixer 1.4; operators are functions with upper-case names. Source: mixer/pkg/lang. */
export const FUNCTIONS: ReadonlyMap<string, Signature> = new Map<string, Signature>([
  ['EQ', comparison(COMPARABLE)],
  ['NEQ', comparison(COMPARABLE)],
  ['LT', comparison(ORDERED)],
  ['LEQ', comparison(ORDERED)],
  ['GT', comparison(ORDERED)],
  ['GEQ', comparison(ORDERED)],
  ['OR', { args: ['same', 'same'], result: 'same' }],
  ['LOR', logical],
  ['LAND', logical],
  ['INDEX', { args: ['STRING_MAP', 'STRING'], result: 'STRING' }],
  ['ADD', { args: ['same', 'same'], result: 'same', among: ADDABLE }],
  ['conditional', { args: ['BOOL', 'same', 'same'], result: 'same' }],
  ['size', { args: ['STRING'], result: 'INT64' }],
  ['conditionalString', { args: ['BOOL', 'STRING', 'STRING'], result: 'STRING' }],
  ['emptyStringMap', { args: [], result: 'STRING_MAP' }],
  ['match', { args: ['STRING', 'STRING'], result: 'BOOL' }],
  ['matches', method],
  ['startsWith', method],
  ['endsWith', method],
  ['toLower', conversion('STRING')],
  ['ip', conversion('IP_ADDRESS')],
  ['timestamp', conversion('TIMESTAMP')],
  ['dnsName', conversion('DNS_NAME')],
  ['email', conversion('EMAIL_ADDRESS')],
  ['uri', conversion('URI')],
]);

const SIGNS = new Map([
  ['EQ', '=='],
  ['NEQ', '!='],
  ['LT', '<'],
  ['LEQ', '<='],
  ['GT', '>'],
  ['GEQ', '>='],
  ['OR', '|'],
  ['LOR', '||'],
  ['LAND', '&&'],
  ['ADD', '+'],
  ['INDEX', '[ ]'],
]);

/** A function as an expression spells it: operators by their sign. */
export const spelled = (name: string): string => `"${SIGNS.get(name) ?? name}"`;
