import { didYouMean } from '../../../schema/spelling';
import { refuse, refuseAttribute, refuseTyped } from './fault';
import { FUNCTIONS, type Signature, spelled } from './functions';
import type { Call, Expression } from './parse';
import type { ValueType } from './value';

/** The names and types of attributes. */
export type Vocabulary = ReadonlyMap<string, ValueType>;

/** The type of an expression. Ends with a fault where Mixer does not compile it. Source: mixer/pkg/lang/ast, mixer/pkg/lang/compiler. */
export function typeOf(expression: Expression, vocabulary: Vocabulary): ValueType {
  switch (expression.kind) {
    case 'constant':
      return expression.type;
    case 'attribute': {
      const { name, offset } = expression;
      return (
        vocabulary.get(name) ??
        refuseAttribute(offset, name, `unknown attribute "${name}"${didYouMean(name, [...vocabulary.keys()])}`)
      );
    }
    case 'call':
      return typeOfCall(expression, vocabulary);
  }
}

function typeOfCall(call: Call, vocabulary: Vocabulary): ValueType {
  const { name, args, offset } = call;
  const signature = FUNCTIONS.get(name) ?? refuse(offset, `unknown function "${name}"${didYouMean(name, WORDS)}`);
  checkTarget(call, signature, vocabulary);
  if (args.length < signature.args.length)
    refuse(offset, `${spelled(name)} requires ${signature.args.length} arguments, found ${args.length}`);
  const types = args.map((arg) => typeOf(arg, vocabulary));
  const same = types[signature.args.indexOf('same')];
  signature.args.forEach((wanted, index) => {
    const expected = wanted === 'same' ? same! : wanted;
    if (types[index] !== expected) mismatch(call, index, types[index]!, expected);
  });
  if (signature.among && !signature.among.includes(same!))
    refuseTyped(offset, `${spelled(name)} does not take ${same!} values`);
  return signature.result === 'same' ? same! : signature.result;
}

const WORDS = [...FUNCTIONS.keys()].filter((name) => name !== name.toUpperCase());

function checkTarget({ name, target, offset }: Call, signature: Signature, vocabulary: Vocabulary): void {
  if (!signature.target) {
    if (target) refuse(offset, `"${name}" is a function, not a method: write ${name}(...)`);
    return;
  }
  if (!target) return refuse(offset, `"${name}" is a method: write VALUE.${name}(...)`);
  const type = typeOf(target, vocabulary);
  if (type !== signature.target)
    refuse(target.offset, `"${name}" is a method of ${signature.target} values, found ${type}`);
}

function mismatch({ name, args }: Call, index: number, found: ValueType, expected: ValueType): never {
  const { kind, offset } = args[index]!;
  const hint =
    found === 'DURATION' && kind === 'constant'
      ? '; a text that Go reads as a duration, such as "0" or "5s", is a DURATION'
      : '';
  return refuse(offset, `${spelled(name)} expects ${expected} here, found ${found}${hint}`);
}
