/** Reads the test files of other tools: istio-config-validator, and Envoy's router_check_tool. */
import { Resource } from '../source/resource';
import { Document, type SourceFile } from '../source/file';
import { splitDocuments } from '../source/split';
import { UnreadableYaml, loadValue } from '../source/values';
import { type RouterCase, routerSuite } from './router-check';
import type { ForeignSuite, Suite } from './suite';
import { type ValidatorCase, validatorSuite } from './validator';

/** The tests of another tool in all documents of a file; undefined where it holds none. */
export function foreignSuiteIn(file: SourceFile): ForeignSuite | undefined {
  const suites = splitDocuments(file.text).flatMap((slice) => {
    const document = new Document(file, slice, undefined);
    const value = valueOf(document);
    if (value === undefined) return [];
    const root = new Resource(document, [], value);
    if (Array.isArray(value.testCases)) return [validatorSuite(root as Resource<{ testCases: ValidatorCase[] }>)];
    if (Array.isArray(value.tests)) return [routerSuite(root as Resource<{ tests: RouterCase[] }>)];
    return [];
  });
  return suites.length > 0 ? together(suites) : undefined;
}

const together = (suites: readonly ForeignSuite[]): ForeignSuite => ({
  complaints: suites.flatMap(({ complaints }) => complaints),
  on: (mesh, proxy) => {
    const made: Suite[] = [];
    for (const { on } of suites) {
      const suite = on(mesh, proxy);
      if ('missing' in suite) return suite;
      made.push(suite);
    }
    return { ...made[0]!, cases: made.flatMap(({ cases }) => cases) };
  },
});

/** What a document holds, if that is a map; a document that cannot be read, such as a template, holds no tests. */
function valueOf({ text }: Document): { testCases?: unknown; tests?: unknown } | undefined {
  try {
    const value = loadValue(text);
    return value !== null && typeof value === 'object' ? value : undefined;
  } catch (error) {
    if (error instanceof UnreadableYaml) return undefined;
    throw error;
  }
}
