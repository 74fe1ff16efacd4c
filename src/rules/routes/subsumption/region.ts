/** Sets of requests as matches cut them out, each with one request that lies within. */
import { type Condition, type Range, type Subject, isAlwaysThere, universeOf } from './conditions';
import { type Texts, takes, textAmong } from './texts';

/** Where requests arrive: at a gateway (`mesh` is one), and on a port; undefined where none is named or it is none of those. */
export interface Listener {
  readonly gateway: string;
  readonly port: number | undefined;
}

/** What a match takes: at which listeners it is asked, and what it demands there. */
export interface Taken {
  readonly listeners: readonly Listener[];
  readonly conditions: readonly Condition[];
}

/** What stands at a place: a text, the items of a claim, or nothing. */
export type Value = string | readonly string[] | undefined;

/** The requests at some listeners that have certain things at certain places, and at each of them what one such request has. */
export interface Region {
  readonly listeners: readonly Listener[];
  readonly places: ReadonlyMap<string, Place>;
}

interface Place {
  readonly subject: Subject;
  readonly range: Range;
  readonly value: Value;
}

const keyOf = ({ kind, name }: Subject): string => `${kind} ${name}`;

/** All requests that a match takes; `none` where it takes nothing, undefined where nobody knows. */
export function regionOf({ listeners, conditions }: Taken): Region | 'none' | undefined {
  if (listeners.length === 0) return 'none';
  let region: Region = { listeners, places: new Map() };
  for (const { subject, held } of conditions) {
    const narrowed = within(region, subject, held);
    if (typeof narrowed !== 'object') return narrowed;
    region = narrowed;
  }
  return region;
}

/** What is left of a region, in pieces that share nothing, once a match has taken its requests; undefined where nobody knows. */
export function remainder(region: Region, { listeners, conditions }: Taken): Region[] | undefined {
  const pieces: Region[] = [];
  const [here, elsewhere] = [true, false].map((isHere) =>
    region.listeners.filter((each) => listeners.includes(each) === isHere),
  );
  if (elsewhere!.length > 0) pieces.push({ ...region, listeners: elsewhere! });
  if (here!.length === 0) return pieces;
  let shared: Region = { ...region, listeners: here! };
  for (const { subject, held, failed } of conditions) {
    const [left, narrowed] = [within(shared, subject, failed), within(shared, subject, held)];
    if (!left || !narrowed) return undefined;
    if (left !== 'none') pieces.push(left);
    if (narrowed === 'none') return pieces;
    shared = narrowed;
  }
  return pieces;
}

/** Those requests of a region that have something more at a place. */
function within(region: Region, subject: Subject, more: Range): Region | 'none' | undefined {
  const key = keyOf(subject);
  const known = region.places.get(key);
  const range = known ? both(known.range, more) : forAll(subject, more);
  if (known && isAmong(subject, range, known.value))
    return withPlace(region, key, { subject, range, value: known.value });
  const found = valueAmong(subject, range);
  return typeof found === 'object' ? withPlace(region, key, { subject, range, value: found.value }) : found;
}

const withPlace = ({ listeners, places }: Region, key: string, place: Place): Region => ({
  listeners,
  places: new Map(places).set(key, place),
});

const forAll = (subject: Subject, range: Range): Range =>
  isAlwaysThere(subject) ? { ...range, absent: 'excluded' } : range;

function both(one: Range, other: Range): Range {
  const absent = one.absent === 'allowed' ? other.absent : one.absent;
  if (one.texts === 'none' || other.texts === 'none') return { absent, texts: 'none' };
  const inside = [...one.texts.inside, ...other.texts.inside];
  return { absent, texts: { inside, outside: [...one.texts.outside, ...other.texts.outside] } };
}

function valueAmong(subject: Subject, { absent, texts }: Range): { value: Value } | 'none' | undefined {
  if (subject.kind === 'claim' && texts !== 'none') return itemsAmong(texts.inside, texts.outside, subject);
  if (absent === 'allowed' && (texts === 'none' || texts.inside.length === 0)) return { value: undefined };
  const found = texts === 'none' ? 'none' : textAmong(texts.inside, texts.outside, universeOf(subject));
  if (typeof found === 'object') return { value: found.text };
  return absent === 'allowed' ? { value: undefined } : found;
}

/** One item of a claim for everything that is demanded of it. */
function itemsAmong(inside: readonly Texts[], outside: readonly Texts[], subject: Subject) {
  const found = inside.map((texts) => textAmong([texts], outside, universeOf(subject)));
  if (found.includes('none')) return 'none';
  const items = found.flatMap((each) => (typeof each === 'object' ? each.text : []));
  return items.length === found.length ? { value: [...new Set(items)] } : undefined;
}

function isAmong({ kind }: Subject, { absent, texts }: Range, value: Value): boolean {
  if (typeof value === 'string') return texts !== 'none' && agrees(texts.inside, texts.outside, [value]);
  if (kind === 'claim') return texts !== 'none' && agrees(texts.inside, texts.outside, value ?? []);
  return absent === 'allowed';
}

const agrees = (inside: readonly Texts[], outside: readonly Texts[], items: readonly string[]): boolean =>
  inside.every((each) => items.some((item) => takes(each, item) === true)) &&
  outside.every((each) => items.every((item) => takes(each, item) === false));

/** One request that lies within a region. */
export interface Request {
  readonly listener: Listener;
  readonly values: readonly { readonly subject: Subject; readonly value: Value }[];
}

/** One request of a region. */
export const requestOf = ({ listeners, places }: Region): Request => ({
  listener: listeners[0]!,
  values: [...places.values()].filter(
    ({ value }) => (value !== undefined && value.length > 0) || typeof value === 'string',
  ),
});

/** What one request of a region has at a place. */
export const valueAt = ({ places }: Region, subject: Subject): Value => {
  const place = places.get(keyOf(subject));
  return place ? place.value : isAlwaysThere(subject) ? universeOf(subject).examples[0] : undefined;
};

/** Whether a match takes that one request of a region. */
export const takesFrom = (region: Region, { listeners, conditions }: Taken): boolean =>
  listeners.includes(region.listeners[0]!) &&
  conditions.every(({ subject, held }) => isAmong(subject, held, valueAt(region, subject)));
