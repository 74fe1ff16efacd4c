import type { Place } from '../../source/file';
import { pictured } from '../visible';
import { type Html, element } from './element';

const AROUND = 2;
/** Of a place that covers more lines only the first ones are shown. */
const MOST_LINES = 12;
/** Of a line that is longer only what is around the place is shown. */
const LONGEST = 500;

/** The lines of a file around a place, with the place marked. */
export function frame(place: Place): Html {
  const { file, range } = place;
  const first = Math.max(range.start.line - AROUND, 1);
  const last = Math.min(range.end.line + AROUND, range.start.line + MOST_LINES);
  const lines = pictured(file.text.slice(file.offsetOfLine(first), file.offsetOfLine(last + 1)))
    .replace(/\n$/, '')
    .split('\n');
  const left = range.start.column > LONGEST ? range.start.column - LONGEST / 2 : 0;
  const shown = lines.map((text, index) => lineOf(text, first + index, place, left));
  return element('pre', { class: 'frame' }, element('code', {}, shown));
}

/** One line of a frame: its number, and its text with what belongs to the place marked. */
function lineOf(text: string, number: number, { range: { start, end } }: Place, left: number): Html {
  const from = number < start.line ? Infinity : number === start.line ? start.column - 1 : 0;
  const to = number > end.line ? 0 : number === end.line ? Math.max(end.column - 1, from + 1) : Infinity;
  const isMarked = from < to && number >= start.line && number <= end.line;
  const cut = (begin: number, stop?: number): string =>
    text.slice(Math.max(begin, left), Math.min(stop ?? Infinity, left + LONGEST));
  return element(
    'span',
    { class: isMarked ? 'line marked' : 'line' },
    element('span', { class: 'number', 'aria-hidden': 'true' }, String(number).padStart(4)),
    isMarked ? [cut(0, from), element('mark', {}, cut(from, to)), cut(to)] : cut(0),
    '\n',
  );
}
