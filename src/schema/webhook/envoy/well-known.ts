import { parseDuration } from '../../duration';
import { shown } from '../../shape/misfit';
import type { Part } from '../part';
import { wrapped } from '../../messages/scalars';
import { checkScalar } from './scalars';

const PACKAGE = 'google.protobuf.';

/** Messages that JSON writes in ways of their own. */
export const isWellKnown = (message: string): boolean => OTHERS.has(message) || wrapped(message) !== undefined;

const OTHERS = new Set(['Duration', 'Timestamp', 'Struct', 'Value', 'ListValue'].map((name) => PACKAGE + name));

/** Refuses a value that is not how JSON writes such a message. */
export function checkWellKnown(part: Part, message: string): void {
  const name = message.slice(PACKAGE.length);
  const { value } = part;
  const expect = (isFine: boolean, expected: string) => {
    if (!isFine) part.refuse(`expected ${expected}, found ${shown(value)}`, { reason: 'wrong-type' });
  };
  switch (name) {
    case 'Duration':
      return expect(typeof value === 'string' && parseDuration(value) !== undefined, 'a duration such as "5s"');
    case 'Timestamp':
      return expect(typeof value === 'string' && isTime(value), 'a time such as "2024-05-01T12:00:00Z"');
    case 'Struct':
      return expect(typeof value === 'object' && !Array.isArray(value), 'a map');
    case 'ListValue':
      return expect(Array.isArray(value), 'a list');
    case 'Value':
      return;
    default:
      checkScalar(part, wrapped(message)!);
  }
}

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[-+]\d\d:\d\d)$/;

const isTime = (text: string) => TIME.test(text) && !Number.isNaN(Date.parse(text));
