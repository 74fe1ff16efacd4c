import { isRecord } from '../../source/record';
import { withoutUndefined } from '../../source/without-undefined';
import { BUILT_IN_VOCABULARY, attributesOf, withAttributes } from '../../legacy/mixer/attributes';
import { compile, evaluate } from '../../legacy/mixer/expression';
import { plainValue } from '../../legacy/mixer/expression/value';
import { type ExpressionResult, expressionsJson, expressionsText } from '../../report/expressions';
import { jsonIn } from '../input/json-file';
import type { ExplainOptions } from './rules';
import { print } from '../terminal';
import { UsageError } from '../usage-error';

/** An entry of `explain --expressions`. */
interface Question {
  readonly expression: string;
  readonly attributes?: Readonly<Record<string, unknown>>;
  /** Types of attributes beside the built-in ones. */
  readonly vocabulary?: Readonly<Record<string, unknown>>;
}

/** Prints type and value of each expression of a file, as Mixer 1.4 evaluates it. */
export function explainExpressions(file: string, { istioVersion, output }: ExplainOptions): Promise<void> {
  if (istioVersion === undefined) throw new UsageError('--expressions requires --istio-version 1.4');
  const results = questionsIn(file).map(answer);
  return print(output === 'json' ? expressionsJson(results) : expressionsText(results));
}

function answer({ expression, attributes = {}, vocabulary = {} }: Question): ExpressionResult {
  const known = withAttributes(BUILT_IN_VOCABULARY, vocabulary);
  const compiled = compile(expression, known);
  if ('fault' in compiled) return { expression, ...compiled };
  const bag = attributesOf(attributes, known);
  const [wrong] = bag.wrong;
  const { type } = compiled;
  if (wrong !== undefined)
    return { expression, type, wrong: withoutUndefined({ name: wrong, type: known.get(wrong) }) };
  const result = evaluate(compiled, bag.attributes);
  return { expression, type, ...('fault' in result ? result : { value: plainValue(result.value) }) };
}

function questionsIn(file: string): Question[] {
  const list = jsonIn(file);
  if (!Array.isArray(list)) throw new UsageError(`"${file}" is not a list of expressions in JSON`);
  list.forEach((entry: unknown, index) => {
    const { expression, attributes = {}, vocabulary = {} } = (entry ?? {}) as Record<string, unknown>;
    const wrong = typeof expression !== 'string' || !isRecord(attributes) || !isRecord(vocabulary);
    if (wrong)
      throw new UsageError(
        `in "${file}": entry ${index + 1} is not {"expression": "...", "attributes": {...}, "vocabulary": {...}}`,
      );
  });
  return list as Question[];
}
