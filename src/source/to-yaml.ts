import { DUMP_SCHEMA, type ScalarTagDefinition, dump, floatYaml11Tag, intYaml11Tag } from 'js-yaml';
import { plainScalar } from './scalars';

// Whatever a Kubernetes client takes for a number must stand in quotes where it is a string.
const asRead = (tag: ScalarTagDefinition<number>, fits: (value: unknown) => boolean): ScalarTagDefinition<number> => ({
  ...tag,
  resolve: (source, ...others) => {
    const value = plainScalar(source);
    return fits(value) ? (value as number) : tag.resolve(source, ...others);
  },
});
const SCHEMA = DUMP_SCHEMA.withTags(
  asRead(intYaml11Tag, Number.isInteger),
  asRead(floatYaml11Tag, (value) => typeof value === 'number'),
);

/** A value as YAML that reads as the same value, laid out as people write it. */
export const toYaml = (value: unknown): string => dump(value, { schema: SCHEMA, lineWidth: -1, noRefs: true });

/** The same in one line, as it is written inside of brackets. */
export const toFlowYaml = (value: unknown): string =>
  dump(value, { schema: SCHEMA, lineWidth: -1, noRefs: true, flowLevel: 0 }).trimEnd();
