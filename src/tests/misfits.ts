import { check } from '../schema/check';
import type { Field } from '../source/field';
import type { Complaint } from './suite';

/** What of a test has another type than its format has there; see schemas/meshlint-test.json. */
export function misfits(test: Field, kind: 'ValidatorCase' | 'RouterCase'): Complaint[] {
  const { violations } = check('meshlint-test', kind, test.value);
  return violations.map(({ path, on, message }) => {
    const field = path.reduce<Field>((at, step) => at.child(step), test);
    return { place: on === 'key' ? field.key : field, message };
  });
}
