import { refuse } from './fault';
import { type Literal, literalOf } from './literals';
import { type Token, scan } from './scan';
import { own } from '../../../source/own';

/** An expression; operators are calls of functions with the names that Mixer gives them. */
export type Expression =
  | ({ readonly kind: 'constant'; readonly offset: number } & Literal)
  | { readonly kind: 'attribute'; readonly name: string; readonly offset: number }
  | Call;

export interface Call {
  readonly kind: 'call';
  readonly name: string;
  /** What a method is called on. */
  readonly target?: Expression;
  readonly args: readonly Expression[];
  readonly offset: number;
}

const OPERATORS: Record<string, { precedence: number; name?: string }> = {
  '||': { precedence: 1, name: 'LOR' },
  '&&': { precedence: 2, name: 'LAND' },
  '==': { precedence: 3, name: 'EQ' },
  '!=': { precedence: 3, name: 'NEQ' },
  '<': { precedence: 3, name: 'LT' },
  '<=': { precedence: 3, name: 'LEQ' },
  '>': { precedence: 3, name: 'GT' },
  '>=': { precedence: 3, name: 'GEQ' },
  '+': { precedence: 4, name: 'ADD' },
  '|': { precedence: 4, name: 'OR' },
  '-': { precedence: 4 },
  '^': { precedence: 4 },
  '*': { precedence: 5 },
  '/': { precedence: 5 },
  '%': { precedence: 5 },
  '<<': { precedence: 5 },
  '>>': { precedence: 5 },
  '&': { precedence: 5 },
  '&^': { precedence: 5 },
};

/** Deeper expressions are refused, so that none exhausts the stack. */
const DEEPEST = 500;

/** Names joined by dots: an attribute, or the function that a call names. */
interface Path {
  readonly form: 'path';
  readonly names: readonly string[];
  readonly offset: number;
}

/** What Go's grammar calls a primary expression; its form decides whether a method can be called on it. */
type Primary =
  | Path
  | { readonly form: 'method'; readonly target: Expression; readonly name: string; readonly offset: number }
  | { readonly form: 'value' | 'index'; readonly value: Expression; readonly offset: number };

/** The expression that a text spells. Ends with a fault where Go's parser or Mixer refuses it. Source: go/parser, mixer/pkg/lang/ast. */
export function parse(text: string): Expression {
  const parser = new Parser(scan(text));
  const expression = parser.binary(1);
  parser.end();
  return expression;
}

class Parser {
  private at = 0;
  private depth = 0;

  constructor(private readonly tokens: readonly Token[]) {}

  binary(lowest: number): Expression {
    let left = this.unary();
    for (;;) {
      const { kind, text, offset } = this.token;
      const operator = kind === 'sign' ? own(OPERATORS, text) : undefined;
      if (!operator || operator.precedence < lowest) return left;
      if (operator.name === undefined) return refuse(offset, `operator "${text}" is not supported`);
      this.at += 1;
      left = { kind: 'call', name: operator.name, args: [left, this.binary(operator.precedence + 1)], offset };
    }
  }

  end(): void {
    if (this.isSign('\n')) this.at += 1;
    if (this.token.kind !== 'end') this.unexpected('an operator or the end');
  }

  private get token(): Token {
    return this.tokens[this.at]!;
  }

  private isSign(text: string): boolean {
    return this.token.kind === 'sign' && this.token.text === text;
  }

  private unexpected(expected: string): never {
    const { kind, text, offset } = this.token;
    if (kind === 'sign' && text === '=') return refuse(offset, 'use "==" to compare');
    const found = kind === 'end' ? 'the end' : text === '\n' ? 'a new line' : kind === 'string' ? text : `"${text}"`;
    return refuse(offset, `expected ${expected}, found ${found}`);
  }

  private unary(): Expression {
    const { kind, text, offset } = this.token;
    if (kind === 'sign' && ['!', '-', '+', '^', '*', '&', '<-'].includes(text)) {
      const instead = text === '!' ? '; compare with == false' : '';
      return refuse(offset, `operator "${text}" is not supported before a value${instead}`);
    }
    return valueOf(this.primary());
  }

  private primary(): Primary {
    if ((this.depth += 1) > DEEPEST) refuse(this.token.offset, 'the expression is nested too deeply');
    let primary = this.operand();
    for (;;) {
      if (this.isSign('.')) primary = this.selected(primary);
      else if (this.isSign('[')) primary = this.indexed(primary);
      else if (this.isSign('(')) primary = this.called(primary);
      else {
        this.depth -= 1;
        return primary;
      }
    }
  }

  private operand(): Primary {
    const { kind, text, offset } = this.token;
    switch (kind) {
      case 'name':
        this.at += 1;
        return { form: 'path', names: [text], offset };
      case 'sign':
        return text === '(' ? this.parenthesized(offset) : this.unexpected('a value');
      case 'keyword':
      case 'end':
        return this.unexpected('a value');
      default:
        this.at += 1;
        return { form: 'value', value: { kind: 'constant', ...literalOf({ kind, text, offset }), offset }, offset };
    }
  }

  private parenthesized(offset: number): Primary {
    this.at += 1;
    const value = this.binary(1);
    this.close('(', ')', offset);
    return { form: 'value', value, offset };
  }

  private close(open: string, close: string, offset: number): void {
    if (this.isSign(close)) this.at += 1;
    else if (this.token.kind === 'end') refuse(offset, `"${open}" is not closed`);
    else this.unexpected(`"${close}"`);
  }

  private selected(primary: Primary): Primary {
    this.at += 1;
    const { kind, text: name, offset } = this.token;
    if (kind !== 'name') return this.unexpected('a name');
    this.at += 1;
    switch (primary.form) {
      case 'path':
        return { ...primary, names: [...primary.names, name] };
      case 'value':
        return { form: 'method', target: primary.value, name, offset };
      case 'index':
        return refuse(offset, `put the value before ".${name}" in parentheses`);
      case 'method':
        return refuse(offset, `unexpected ".${name}"`);
    }
  }

  private indexed(primary: Primary): Primary {
    const { offset } = this.token;
    this.at += 1;
    const key = this.binary(1);
    if (this.isSign(',')) this.at += 1;
    this.close('[', ']', offset);
    return { form: 'index', value: { kind: 'call', name: 'INDEX', args: [valueOf(primary), key], offset }, offset };
  }

  private called(primary: Primary): Primary {
    const { offset } = this.token;
    const named = calledName(primary) ?? refuse(offset, 'only functions and methods can be called');
    this.at += 1;
    const args: Expression[] = [];
    while (!this.isSign(')') && this.token.kind !== 'end') {
      args.push(this.binary(1));
      if (this.isSign('...')) this.at += 1;
      if (!this.isSign(',')) break;
      this.at += 1;
    }
    this.close('(', ')', offset);
    const value: Call = { kind: 'call', ...named, args, offset: primary.offset };
    return { form: 'value', value, offset: primary.offset };
  }
}

function calledName(primary: Primary): { name: string; target?: Expression } | undefined {
  switch (primary.form) {
    case 'path': {
      const { names, offset } = primary;
      const name = names.at(-1)!;
      if (names.length === 1) return { name };
      return { name, target: { kind: 'attribute', name: names.slice(0, -1).join('.'), offset } };
    }
    case 'method':
      return { name: primary.name, target: primary.target };
    case 'value':
    case 'index':
      return undefined;
  }
}

function valueOf(primary: Primary): Expression {
  const { offset } = primary;
  switch (primary.form) {
    case 'path': {
      const name = primary.names.join('.');
      const truth = name.toLowerCase();
      if (truth !== 'true' && truth !== 'false') return { kind: 'attribute', name, offset };
      return { kind: 'constant', type: 'BOOL', value: truth === 'true', offset };
    }
    case 'method':
      return refuse(offset, `"${primary.name}" is a method: call it with (...)`);
    case 'value':
    case 'index':
      return primary.value;
  }
}
