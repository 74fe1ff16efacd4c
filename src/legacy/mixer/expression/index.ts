import { type Vocabulary, typeOf } from './check';
import { type Attributes, valueOf } from './evaluate';
import { ExpressionError, type ExpressionFault } from './fault';
import { type Expression, parse } from './parse';
import type { Value, ValueType } from './value';

export type { Vocabulary } from './check';
export type { Attributes } from './evaluate';
export type { ExpressionFault } from './fault';

/** An expression that Mixer takes, with its type. */
export interface Compiled {
  readonly type: ValueType;
  readonly expression: Expression;
  readonly vocabulary: Vocabulary;
}

/** What an expression of Mixer 1.4 means, or why it does not compile. */
export const compile = (text: string, vocabulary: Vocabulary): Compiled | { readonly fault: ExpressionFault } =>
  settled(() => {
    const expression = parse(text);
    return { expression, type: typeOf(expression, vocabulary), vocabulary };
  });

/** The value of an expression for these attributes, or why it has none. */
export const evaluate = (
  { expression, vocabulary }: Compiled,
  attributes: Attributes,
): { readonly value: Value } | { readonly fault: ExpressionFault } =>
  settled(() => ({ value: valueOf(expression, { vocabulary, attributes }) }));

function settled<Result>(body: () => Result): Result | { readonly fault: ExpressionFault } {
  try {
    return body();
  } catch (error) {
    if (error instanceof ExpressionError) return { fault: error.fault };
    throw error;
  }
}
