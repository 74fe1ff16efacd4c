/**
 * A reader for the part of YAML that files of Kubernetes consist of: block maps and lists, scalars in one line or several, literal
 * and folded texts, brackets within one line, and comments. It gives up at everything else and at whatever is not certain to be valid, which the
 * complete reader then reads. What it reads, it reads in one pass, with the places of all keys and values, and exactly as the complete
 * reader does (test/quick-reader.test.ts).
 */
import { CHOMPING_MODE, type ChompingMode, EVENT_ID, SCALAR_STYLE, type ScalarStyle, getScalarValue } from 'js-yaml';
import { type Offsets, OffsetsWriter, keyName } from './offsets';
import { plainScalar } from './scalars';

/** The value of a document, and the places of everything in it. */
export interface QuickReading {
  readonly value: unknown;
  readonly offsets: Offsets;
}

/** Characters that are not printed or that YAML has its own use for, and lines that are part of no document. */
const UNUSUAL = /[^\n -~\xa0-\u2027\u202a-\ud7ff\ue000-\ufdff]|^(?:---|\.\.\.|%)/m;

/** More levels and more text than this are not usual either. */
const MOST_LEVELS = 80;
const MOST_CHARACTERS = 1 << 28;

const GIVEN_UP = new Error('the complete reader has to read this');

/** Reads a document; undefined where the complete reader has to. */
export function readQuickly(text: string): QuickReading | undefined {
  if (text.length > MOST_CHARACTERS) return undefined;
  // A space at the end of a line means nothing, and keeps all offsets.
  const unixText = text.includes('\r') ? text.replaceAll('\r\n', ' \n') : text;
  if (UNUSUAL.test(unixText)) return undefined;
  const reader = new QuickReader(unixText, text);
  try {
    return { value: reader.document(), offsets: reader.offsets };
  } catch (error) {
    if (error === GIVEN_UP) return undefined;
    throw error;
  }
}

/** The value of an unquoted scalar; infinite numbers are refused with a message. */
function finite(text: string): unknown {
  const value = plainScalar(text);
  return typeof value === 'number' && !Number.isFinite(value) ? giveUp() : value;
}

function giveUp(): never {
  throw GIVEN_UP;
}

const NEWLINE = 10;
const SPACE = 32;
const QUOTE = 34;
const HASH = 35;
const APOSTROPHE = 39;
const PLUS = 43;
const COMMA = 44;
const DASH = 45;
const ZERO = 48;
const COLON = 58;
const GREATER = 62;
const OPENING_BRACKET = 91;
const BACKSLASH = 92;
const CLOSING_BRACKET = 93;
const OPENING_BRACE = 123;
const BAR = 124;
const CLOSING_BRACE = 125;

/** What no unquoted text begins with, or what only the complete reader knows. A dash is looked at where it occurs. */
const INDICATORS = codesOf('?:,[]{}#&*!|>\'"%@`');
/** Within brackets a text ends at these, or only the complete reader knows whether it does. */
const FLOW_STOPS = codesOf(',[]{}:?#"\'\n');
/** What may follow a backslash. Others are rare, or not known to all readers. */
const ESCAPES = codesOf('\\"nrt ');

function codesOf(characters: string): readonly boolean[] {
  return Array.from({ length: 128 }, (_, code) => characters.includes(String.fromCharCode(code)));
}

const has = (codes: readonly boolean[], code: number): boolean => code < 128 && codes[code] === true;

/** `at` is where it has come to; `indent` is that of the line which begins there once a value has been read, and -1 at the end. */
class QuickReader {
  private at = 0;
  private indent = -1;
  private lineStart = 0;
  private level = 0;
  private readonly end: number;
  private readonly places = new OffsetsWriter();

  constructor(
    private readonly text: string,
    private readonly written: string,
  ) {
    this.end = text.length;
  }

  get offsets(): Offsets {
    return this.places.all();
  }

  document(): unknown {
    this.findLine();
    const value = this.indent < 0 ? giveUp() : this.block();
    return this.indent < 0 ? value : giveUp();
  }

  /** Moves from the start of a line to the first character of the first line that has more than a comment. */
  private findLine(): void {
    const { text, end } = this;
    let at = this.at;
    for (;;) {
      this.lineStart = at;
      while (text.charCodeAt(at) === SPACE) at++;
      if (at >= end) {
        this.at = end;
        this.indent = -1;
        return;
      }
      const first = text.charCodeAt(at);
      if (first === HASH) at = this.lineEnd(at);
      else if (first !== NEWLINE) break;
      at++;
    }
    this.at = at;
    this.indent = at - this.lineStart;
  }

  private lineEnd(from: number): number {
    const newline = this.text.indexOf('\n', from);
    return newline < 0 ? this.end : newline;
  }

  /** Moves past the rest of a line, in which only a comment may follow. */
  private finishLine(): void {
    const { text } = this;
    let at = this.at;
    while (text.charCodeAt(at) === SPACE) at++;
    if (at < this.end && text.charCodeAt(at) !== NEWLINE) {
      if (text.charCodeAt(at) !== HASH || at === this.at) giveUp();
      at = this.lineEnd(at);
    }
    this.at = at + 1;
    this.findLine();
  }

  /** The list or map that begins here. */
  private block(): unknown {
    if (++this.level > MOST_LEVELS) giveUp();
    const value = this.isItem() ? this.list() : this.map(this.indent);
    this.level--;
    return value;
  }

  private isItem(): boolean {
    return this.text.charCodeAt(this.at) === DASH && this.isGap(this.at + 1);
  }

  /** Whether a colon or dash before an offset ends a word there. */
  private isGap(at: number): boolean {
    const code = this.text.charCodeAt(at);
    return code === SPACE || code === NEWLINE || at >= this.end;
  }

  private list(): unknown[] {
    const column = this.indent;
    const items: unknown[] = [];
    const opened = this.places.list(this.at);
    do {
      this.at++;
      items.push(this.value(column, DASH));
    } while (this.indent === column && this.isItem());
    if (this.indent > column) giveUp();
    this.places.close(opened, items.length);
    return items;
  }

  private map(column: number): Record<string, unknown> {
    const map: Record<string, unknown> = {};
    const opened = this.places.map(this.at);
    let size = 0;
    do {
      const name = this.key();
      // Keys that every object has look like duplicates as well: the complete reader knows better.
      // eslint-disable-next-line meshlint/inherited-key
      if (map[name] !== undefined) giveUp();
      map[name] = this.value(column, COLON);
      size++;
    } while (this.indent === column);
    if (this.indent > column) giveUp();
    this.places.close(opened, size);
    return map;
  }

  /** Reads a key and its colon. */
  private key(): string {
    const { text, at: start } = this;
    const first = text.charCodeAt(start);
    const isQuoted = first === QUOTE || first === APOSTROPHE;
    const end = isQuoted ? this.quotedEnd(start) : this.plainEnd(start);
    if (text.charCodeAt(end) !== COLON || !this.isGap(end + 1)) giveUp();
    const name = keyName(text, start, end);
    if (isQuoted ? /["'\\]/.test(name) : text.charCodeAt(end - 1) === SPACE) giveUp();
    if (name === '<<' || (!isQuoted && plainScalar(name) !== name)) giveUp();
    this.places.key(start, end);
    this.at = end + 1;
    return name;
  }

  /** The value behind a colon or dash, and everything up to the line that follows it. */
  private value(column: number, mark: typeof COLON | typeof DASH): unknown {
    const { text } = this;
    const behind = this.at;
    let at = behind;
    while (text.charCodeAt(at) === SPACE) at++;
    this.at = at;
    const first = text.charCodeAt(at);
    if (at >= this.end || first === NEWLINE || first === HASH) return this.valueBelow(column, mark, behind);
    if (first === BAR || first === GREATER) return this.blockScalar(column);
    if (mark === DASH && this.isKeyHere(first)) return this.mapInItem();
    const value = this.inline(first, column);
    this.finishLine();
    return value;
  }

  private valueBelow(column: number, mark: typeof COLON | typeof DASH, behind: number): unknown {
    if (this.at === behind && this.text.charCodeAt(behind) === HASH) giveUp();
    this.at = this.lineEnd(this.at) + 1;
    this.findLine();
    if (this.indent > column || (mark === COLON && this.indent === column && this.isItem())) return this.block();
    this.places.scalar(behind, behind);
    return null;
  }

  /** Whether a map begins behind a dash, in its line. */
  private isKeyHere(first: number): boolean {
    if (first === QUOTE || first === APOSTROPHE) {
      const end = this.quotedEnd(this.at, 0);
      return this.text.charCodeAt(end) === COLON && this.lineEnd(this.at) > end;
    }
    if (first === OPENING_BRACKET || first === OPENING_BRACE) return false;
    return this.text.charCodeAt(this.plainEnd(this.at)) === COLON;
  }

  private mapInItem(): unknown {
    if (++this.level > MOST_LEVELS) giveUp();
    const value = this.map(this.at - this.lineStart);
    this.level--;
    return value;
  }

  /** A value that begins in this line; lines that are indented more than a column may continue it. */
  private inline(first: number, column: number): unknown {
    switch (first) {
      case QUOTE:
      case APOSTROPHE:
        // As in Go's reader, quoted text goes on in lines of any indentation.
        return this.quoted(Math.min(column, 0));
      case OPENING_BRACKET:
        return this.flowList();
      case OPENING_BRACE:
        return this.flowMap();
      default:
        return this.plain(column);
    }
  }

  private plain(column: number): unknown {
    const { text, at: start } = this;
    let stop = this.plainEnd(start);
    let lines = 1;
    for (let next; (next = this.continuation(stop, column)) >= 0 && text.charCodeAt(next) !== HASH; lines++)
      stop = this.textEnd(next);
    if (text.charCodeAt(stop) === COLON) giveUp();
    while (text.charCodeAt(stop - 1) === SPACE) stop--;
    this.at = stop;
    this.places.scalar(start, stop);
    return finite(
      lines === 1
        ? text.slice(start, stop)
        : this.scalarOf({ valueStart: start, valueEnd: stop, style: SCALAR_STYLE.PLAIN }),
    );
  }

  /** Where a value goes on that has come to the end of a line, in a line with a greater indentation; -1 where it ends. */
  private continuation(lineEnd: number, column: number): number {
    const { text } = this;
    if (text.charCodeAt(lineEnd) !== NEWLINE) return -1;
    let start = lineEnd + 1;
    for (;;) {
      let at = start;
      while (text.charCodeAt(at) === SPACE) at++;
      if (at >= this.end) return -1;
      if (text.charCodeAt(at) !== NEWLINE) return at - start > column ? at : -1;
      start = at + 1;
    }
  }

  /** The value of a scalar that takes more than a copy of its text. */
  private scalarOf(
    scalar: { valueStart: number; valueEnd: number; style: ScalarStyle } & Partial<{
      chomping: ChompingMode;
      indent: number;
    }>,
  ): string {
    return getScalarValue(this.written, {
      type: EVENT_ID.SCALAR,
      chomping: CHOMPING_MODE.CLIP,
      indent: -1,
      fast: false,
      anchorStart: -1,
      anchorEnd: -1,
      tagStart: -1,
      tagEnd: -1,
      ...scalar,
    });
  }

  /** Where an unquoted text ends: at the colon of a key, before a comment, or at the end of the line. */
  private plainEnd(start: number): number {
    const first = this.text.charCodeAt(start);
    if (has(INDICATORS, first) || (first === DASH && this.isGap(start + 1))) giveUp();
    return this.textEnd(start);
  }

  private textEnd(start: number): number {
    const { text, end } = this;
    for (let at = start; at < end; at++) {
      const code = text.charCodeAt(at);
      if (code === NEWLINE) return at;
      if (code === COLON && this.isGap(at + 1)) return at;
      if (code === HASH && text.charCodeAt(at - 1) === SPACE) return at;
    }
    return end;
  }

  private quoted(column: number): string {
    const { text, at: start } = this;
    const end = this.quotedEnd(start, column);
    this.at = end;
    this.places.scalar(start, end);
    const value = text.slice(start + 1, end - 1);
    if (!/['\\\n]/.test(value)) return value;
    const style = text.charCodeAt(start) === QUOTE ? SCALAR_STYLE.DOUBLE_QUOTED : SCALAR_STYLE.SINGLE_QUOTED;
    return this.scalarOf({ valueStart: start + 1, valueEnd: end - 1, style });
  }

  /** The offset behind the closing quote of a text, which may go on in lines that are indented more than a column. */
  private quotedEnd(start: number, column = Infinity): number {
    const { text, end } = this;
    const quote = text.charCodeAt(start);
    for (let at = start + 1; at < end; at++) {
      const code = text.charCodeAt(at);
      if (code === NEWLINE) {
        if (this.continuation(at, column) < 0) break;
        continue;
      }
      if (code === BACKSLASH && quote === QUOTE && text.charCodeAt(at + 1) !== NEWLINE) {
        if (!has(ESCAPES, text.charCodeAt(++at))) break;
        continue;
      }
      if (code !== quote) continue;
      if (quote === QUOTE || text.charCodeAt(at + 1) !== APOSTROPHE) return at + 1;
      at++;
    }
    return giveUp();
  }

  private flowList(): unknown[] {
    const items: unknown[] = [];
    const opened = this.openFlow('list');
    if (!this.closesFlow(CLOSING_BRACKET))
      do items.push(this.flowValue());
      while (this.hasMore(CLOSING_BRACKET));
    return this.closeFlow(opened, items.length, items);
  }

  private flowMap(): Record<string, unknown> {
    const map: Record<string, unknown> = {};
    const opened = this.openFlow('map');
    let size = 0;
    if (!this.closesFlow(CLOSING_BRACE))
      do {
        const name = this.key();
        // eslint-disable-next-line meshlint/inherited-key -- as above
        if (map[name] !== undefined || /[,[\]{}]/.test(name)) giveUp();
        if (this.text.charCodeAt(this.at) !== SPACE) giveUp();
        map[name] = this.flowValue();
        size++;
      } while (this.hasMore(CLOSING_BRACE));
    return this.closeFlow(opened, size, map);
  }

  private openFlow(kind: 'list' | 'map'): number {
    if (++this.level > MOST_LEVELS) giveUp();
    return this.places[kind](this.at++);
  }

  private closeFlow<Value>(opened: number, size: number, value: Value): Value {
    this.level--;
    this.places.close(opened, size);
    return value;
  }

  private skipSpaces(): number {
    while (this.text.charCodeAt(this.at) === SPACE) this.at++;
    return this.text.charCodeAt(this.at);
  }

  /** Moves past a closing bracket if it comes next. */
  private closesFlow(bracket: number): boolean {
    if (this.skipSpaces() !== bracket) return false;
    this.at++;
    return true;
  }

  /** Moves past a comma, or past the closing bracket. */
  private hasMore(bracket: number): boolean {
    if (this.closesFlow(bracket)) return false;
    if (this.text.charCodeAt(this.at) !== COMMA) giveUp();
    this.at++;
    this.skipSpaces();
    return true;
  }

  private flowValue(): unknown {
    const first = this.skipSpaces();
    return first === QUOTE || first === APOSTROPHE || first === OPENING_BRACKET || first === OPENING_BRACE
      ? this.inline(first, Infinity)
      : this.flowPlain(first);
  }

  private flowPlain(first: number): unknown {
    const { text, end, at: start } = this;
    if (has(INDICATORS, first) || (first === DASH && !this.isWordBehindDash(start + 1))) giveUp();
    let at = start;
    while (at < end && !has(FLOW_STOPS, text.charCodeAt(at))) at++;
    const stop = text.charCodeAt(at);
    if (stop !== COMMA && stop !== CLOSING_BRACKET && stop !== CLOSING_BRACE) giveUp();
    while (text.charCodeAt(at - 1) === SPACE) at--;
    if (at <= start) giveUp();
    this.at = at;
    this.places.scalar(start, at);
    return finite(text.slice(start, at));
  }

  private isWordBehindDash(at: number): boolean {
    return !this.isGap(at) && !has(FLOW_STOPS, this.text.charCodeAt(at));
  }

  /** A literal or folded text, whose indentation is that of its first line, or the one that its head gives. */
  private blockScalar(column: number): string {
    const { text, at: start } = this;
    const style = text.charCodeAt(start) === BAR ? SCALAR_STYLE.LITERAL_BLOCK : SCALAR_STYLE.FOLDED_BLOCK;
    this.at++;
    const given = this.givenIndent();
    const chomping = this.chomping();
    if (this.skipSpaces() !== NEWLINE) giveUp();
    const valueStart = this.at + 1;
    const indent = given ? column + given : this.contentIndent(valueStart);
    if (indent <= column) giveUp();
    const valueEnd = this.blockEnd(valueStart, indent);
    this.places.scalar(start, valueEnd);
    this.at = valueEnd;
    this.findLine();
    if (this.indent > column) giveUp();
    return this.scalarOf({ style, chomping, indent, valueStart, valueEnd });
  }

  /** The number of spaces behind the indentation of the parent, where the head of a block gives it; 0 where it does not. */
  private givenIndent(): number {
    const digit = this.text.charCodeAt(this.at) - ZERO;
    if (!(digit > 0 && digit <= 9)) return 0;
    this.at++;
    return digit;
  }

  /** What becomes of the line breaks at the end of a block, by the character behind its head. */
  private chomping() {
    switch (this.text.charCodeAt(this.at)) {
      case DASH:
        this.at++;
        return CHOMPING_MODE.STRIP;
      case PLUS:
        this.at++;
        return CHOMPING_MODE.KEEP;
      default:
        return CHOMPING_MODE.CLIP;
    }
  }

  /** The indentation of the first line of a block; it has to have a text. */
  private contentIndent(start: number): number {
    let at = start;
    while (this.text.charCodeAt(at) === SPACE) at++;
    return at >= this.end || this.text.charCodeAt(at) === NEWLINE ? giveUp() : at - start;
  }

  /** The start of the first line that is not indented as a block is, and not empty. */
  private blockEnd(start: number, indent: number): number {
    const { text, end } = this;
    let line = start;
    while (line < end) {
      let at = line;
      while (text.charCodeAt(at) === SPACE) at++;
      if (at >= end) giveUp();
      if (at - line < indent && text.charCodeAt(at) !== NEWLINE) return line;
      line = this.lineEnd(at) + 1;
    }
    return Math.min(line, end);
  }
}
