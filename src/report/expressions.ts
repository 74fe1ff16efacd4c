/** What Mixer expressions mean: what `explain --expressions` prints. */
import type { ExpressionFault } from '../legacy/mixer/expression';
import type { ValueType } from '../legacy/mixer/expression/value';
import { columns } from './columns';

/** Type and value of an expression, or why it has none. */
export interface ExpressionResult {
  readonly expression: string;
  readonly type?: ValueType;
  /** As JSON shows it. */
  readonly value?: unknown;
  readonly fault?: ExpressionFault;
  /** An attribute whose value does not have the type of the vocabulary. */
  readonly wrong?: { readonly name: string; readonly type?: ValueType };
}

/** One object with a list of results, in the order of the expressions. */
export const expressionsJson = (results: readonly ExpressionResult[]): string =>
  `${JSON.stringify({ results: results.map(resultJson) }, null, 2)}\n`;

function resultJson(result: ExpressionResult) {
  const { type, value, fault } = result;
  const message = messageOf(result);
  return {
    ...(type && { type }),
    ...(value !== undefined && { value }),
    ...(message !== undefined && { error: fault?.step ?? 'run', message }),
    ...(fault && { column: fault.offset + 1 }),
  };
}

/** A table with a line for each expression. */
export const expressionsText = (results: readonly ExpressionResult[]): string =>
  columns(
    ['EXPRESSION', 'TYPE', 'VALUE'],
    results.map((result) => [
      result.expression.replace(/\s+/g, ' '),
      result.type ?? '',
      result.value === undefined ? `error: ${messageOf(result)}${columnOf(result)}` : JSON.stringify(result.value),
    ]),
  );

const columnOf = ({ fault }: ExpressionResult) => (fault ? ` (column ${fault.offset + 1})` : '');

const messageOf = ({ fault, wrong }: ExpressionResult): string | undefined =>
  fault?.message ??
  (wrong && `the value of attribute "${wrong.name}" is not ${wrong.type ?? 'a text or a map of texts'}`);
