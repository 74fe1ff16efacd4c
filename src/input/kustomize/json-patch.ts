import { isEqual } from './equal';
import { type Values } from './edit';
import { isRecord } from '../../source/record';
import { NotRendered } from './not-rendered';
import { own } from '../../source/own';

/** A value with the operations of a JSON patch applied (RFC 6902); the value that was given stays as it is. */
export function patchedByJson(value: unknown, operations: readonly unknown[]): unknown {
  return operations.reduce((before, operation) => applied(before, operation), value);
}

function applied(root: unknown, operation: unknown): unknown {
  if (!isRecord(operation)) throw new NotRendered('a JSON patch has an operation that is not a map');
  const { op, value } = operation;
  const path = pointer(operation['path']);
  switch (op) {
    case 'add':
      return put(root, path, value ?? null, 'insert');
    case 'replace':
      return put(root, path, value ?? null, 'replace');
    case 'remove':
      return removed(root, path);
    case 'move': {
      const from = pointer(operation['from']);
      return put(removed(root, from), path, at(root, from), 'insert');
    }
    case 'copy':
      return put(root, path, at(root, pointer(operation['from'])), 'insert');
    case 'test':
      if (isEqual(at(root, path), value ?? null)) return root;
      throw new NotRendered(`the JSON patch expects another value at "${String(operation['path'])}"`);
    default:
      throw new NotRendered(`a JSON patch has the unknown operation ${JSON.stringify(op)}`);
  }
}

function pointer(path: unknown): string[] {
  if (typeof path !== 'string' || (path !== '' && !path.startsWith('/')))
    throw new NotRendered(`${JSON.stringify(path)} is not a JSON pointer`);
  return path
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
}

const missing = (step: string) => new NotRendered(`a JSON patch changes "${step}", which does not exist`);

function at(root: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((value, step) => {
    const next = Array.isArray(value)
      ? (value as unknown[])[Number(step)]
      : isRecord(value)
        ? own(value, step)
        : undefined;
    if (next === undefined) throw missing(step);
    return next;
  }, root);
}

function put(root: unknown, path: readonly string[], value: unknown, how: 'insert' | 'replace'): unknown {
  const [step, ...rest] = path;
  if (step === undefined) return value;
  if (Array.isArray(root)) return putItem(root, [step, ...rest], value, how);
  if (!isRecord(root)) throw missing(step);
  // Other than RFC 6902 says, the library of kustomize replaces what is not there.
  if (!Object.hasOwn(root, step) && rest.length > 0) throw missing(step);
  return { ...root, [step]: put(root[step], rest, value, how) };
}

function putItem(
  list: readonly unknown[],
  [step, ...rest]: readonly [string, ...string[]],
  value: unknown,
  how: 'insert' | 'replace',
): unknown {
  const index = step === '-' ? list.length : Number(step);
  const isInserted = rest.length === 0 && how === 'insert';
  if (!Number.isInteger(index) || index < 0 || index > list.length - (isInserted ? 0 : 1)) throw missing(step);
  const next = isInserted ? value : put(list[index], rest, value, how);
  return [...list.slice(0, index), next, ...list.slice(isInserted ? index : index + 1)];
}

function removed(root: unknown, path: readonly string[]): unknown {
  const [step, ...rest] = path;
  if (step === undefined) throw missing('');
  if (Array.isArray(root)) {
    const index = Number(step);
    if (!Number.isInteger(index) || index < 0 || index >= root.length) throw missing(step);
    if (rest.length === 0) return root.filter((_, each) => each !== index);
    return root.map((item: unknown, each) => (each === index ? removed(item, rest) : item));
  }
  if (!isRecord(root) || !Object.hasOwn(root, step)) throw missing(step);
  if (rest.length > 0) return { ...root, [step]: removed(root[step], rest) };
  const left: Values = { ...root };
  delete left[step];
  return left;
}
