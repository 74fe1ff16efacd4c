import { type Value, durationText } from './expression/value';
import { momentText } from './expression/moment';

/** A value as Go's `%v` prints it. */
export function goText(value: Value | undefined): string {
  if (value === undefined) return '<nil>';
  if (typeof value !== 'object') return String(value);
  if (!('kind' in value)) return mapText(value);
  switch (value.kind) {
    case 'moment':
      return `${momentText(value).replace('T', ' ').replace('Z', '')} +0000 UTC`;
    case 'duration':
      return durationText(value);
    case 'address':
      return value.text;
  }
}

/** A map as Mixer prints it. */
export const mapText = (map: ReadonlyMap<string, string>): string =>
  `stringmap[${[...map]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([key, value]) => `${key}:${value}`)
    .join(' ')}]`;
