import { refuse } from './fault';

export type TokenKind = 'name' | 'keyword' | 'integer' | 'float' | 'imaginary' | 'char' | 'string' | 'sign' | 'end';

/** A token of Go. The end of a line that ends a statement in Go is the sign `\n`. */
export interface Token {
  readonly kind: TokenKind;
  readonly text: string;
  readonly offset: number;
}

const KEYWORDS = new Set(
  'break case chan const continue default defer else fallthrough for func go goto if import interface map package range return select struct switch type var'.split(
    ' ',
  ),
);

const SPACE = /[ \t\r]+|\/\/[^\n]*|\/\*[^]*?\*\//y;
const NAME = /[\p{L}_][\p{L}\p{Nd}_]*/uy;
const NUMBER =
  /0[xX][\da-fA-F_]*\.?[\da-fA-F_]*(?:[pP][+-]?\d*)?i?|0[bBoO][\d_]*i?|[\d_]*\.?[\d_]*(?:[eE][+-]?\d*)?i?/y;
const STRING = /"(?:[^"\\\n]|\\[^\n])*"|`[^`]*`/y;
const CHAR = /'(?:[^'\\\n]|\\[^\n])[^'\n]*'/y;
const SIGN = /&\^|&&|\|\||<<|>>|<-|\.\.\.|[=!<>]=|:=|\+\+|--|[-+*/%&|^<>=!()[\]{},;.:]/y;

/** Longer expressions are refused, so that none exhausts the stack. */
const MOST_TOKENS = 5000;

/** The tokens of an expression, as Go's scanner cuts them. Ends with a fault where it would. Source: go/scanner. */
export function scan(text: string): Token[] {
  const tokens: Token[] = [];
  let offset = 0;
  while (offset < text.length) {
    const skipped = matchAt(SPACE, text, offset);
    if (skipped) offset += skipped.length;
    else if (text[offset] === '\n') {
      if (endsStatement(tokens.at(-1))) tokens.push({ kind: 'sign', text: '\n', offset });
      offset += 1;
    } else {
      const token = tokenAt(text, offset);
      tokens.push(token);
      offset += token.text.length;
    }
    if (tokens.length > MOST_TOKENS) refuse(offset, 'the expression is too long');
  }
  return [...tokens, { kind: 'end', text: '', offset: text.length }];
}

function tokenAt(text: string, offset: number): Token {
  const name = matchAt(NAME, text, offset);
  if (name) return { kind: KEYWORDS.has(name) ? 'keyword' : 'name', text: name, offset };
  if (/^(\d|\.\d)/.test(text.slice(offset, offset + 2))) return number(text, offset);
  switch (text[offset]) {
    case '"':
    case '`':
      return {
        kind: 'string',
        text: matchAt(STRING, text, offset) ?? refuse(offset, 'the string is not closed'),
        offset,
      };
    case "'":
      return { kind: 'char', text: matchAt(CHAR, text, offset) ?? refuse(offset, 'the string is not closed'), offset };
    default: {
      const sign = matchAt(SIGN, text, offset);
      return sign
        ? { kind: 'sign', text: sign, offset }
        : refuse(offset, `unexpected character "${charAt(text, offset)}"`);
    }
  }
}

function number(text: string, offset: number): Token {
  const digits = matchAt(NUMBER, text, offset) ?? '';
  const kind = digits.endsWith('i') ? 'imaginary' : isFloat(digits) ? 'float' : 'integer';
  return { kind, text: digits, offset };
}

const isFloat = (digits: string) => (/^0[xX]/.test(digits) ? /[.pP]/ : /[.eE]/).test(digits);

/** Go adds a semicolon at the end of a line after these. */
const endsStatement = (token?: Token): boolean =>
  token !== undefined &&
  (token.kind === 'sign'
    ? [')', ']', '}', '++', '--'].includes(token.text)
    : token.kind !== 'keyword' || ['break', 'continue', 'fallthrough', 'return'].includes(token.text));

const charAt = (text: string, offset: number) => String.fromCodePoint(text.codePointAt(offset)!);

function matchAt(pattern: RegExp, text: string, offset: number): string | undefined {
  pattern.lastIndex = offset;
  return pattern.exec(text)?.[0];
}
