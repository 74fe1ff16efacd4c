import type { Part } from '../part';

/** A place such as `us-west/zone1/*`, and where it is written. */
export interface Locality {
  readonly text: string;
  readonly part: Part;
  readonly on: 'key' | 'value';
}

/** Says which place is none, or overlaps with one in front of it. istio: agent.validateLocalities */
export function separateLocalities(places: readonly Locality[]): void {
  const seen: string[][] = [];
  for (const { text, part, on } of places) {
    const why = whyNot(text) ?? overlap(text, seen);
    if (why) {
      part.refuse(why, { on });
      return;
    }
    seen.push(partsOf(text));
  }
}

/** Region, zone and subzone; what the subzone has behind a further slash belongs to it. */
function partsOf(text: string): string[] {
  const [region = '', zone, ...subzone] = text.split('/');
  return zone === undefined ? [region] : subzone.length ? [region, zone, subzone.join('/')] : [region, zone];
}

function whyNot(text: string): string | undefined {
  const stars = text.split('*').length - 1;
  if (stars > 1 || (stars === 1 && !text.endsWith('*'))) return `"${text}" has a "*" that is not at its end`;
  return partsOf(text).includes('') ? `"${text}" has an empty part; region, zone and subzone are expected` : undefined;
}

function overlap(text: string, seen: readonly string[][]): string | undefined {
  const parts = partsOf(text);
  const other = seen.find((earlier) => overlaps(earlier, parts));
  return other && `"${text}" overlaps with the earlier entry "${other.join('/')}"`;
}

// A `*` covers what stands behind it only: the narrow may come first, and the rest after it.
function overlaps(earlier: readonly string[], later: readonly string[]): boolean {
  if (earlier[0] === '*' && earlier.length === 1) return true;
  if (earlier[0] !== later[0]) return false;
  if (earlier.length === 1 || later.length === 1 || earlier[1] === '*') return true;
  if (earlier[1] !== later[1]) return false;
  return earlier.length === 2 || later.length === 2 || earlier[2] === '*' || earlier[2] === later[2];
}
