import type { ErrorObject } from 'ajv';
import type { Path } from '../../source/path';
import { type Violation, violation } from '../violation';
import { exclusive, experimental, missingField, repeated, unknownField } from './fields';
import { limitMessage } from './limits';
import { type Misfit, fileOf, pathOf } from './misfit';
import { isTolerated, isUnset, notInEnum, wrongType } from './types';

/** What the validator of a kind found, in our words; one violation for one mistake. */
export function shapeViolations(misfit: Misfit, errors: readonly ErrorObject[]): Violation[] {
  const said = errors.flatMap((error) => translate(misfit, error));
  return onePerMistake(said).filter(({ path }) => path[0] !== 'status'); // The cluster writes the status.
}

/** The fields that are written, but empty, and so stand for the server's own choice. */
export const unsetFields = (misfit: Misfit, errors: readonly ErrorObject[]): Path[] =>
  errors
    .filter(({ keyword }) => keyword === 'enum')
    .map(({ instancePath }) => pathOf(instancePath, misfit.value))
    .filter((path) => isUnset(misfit, path));

function translate(misfit: Misfit, error: ErrorObject): Violation[] {
  const path = pathOf(error.instancePath, misfit.value);
  const params = error.params as Record<string, unknown>;
  switch (error.keyword) {
    case 'additionalProperties':
      return [unknownField(misfit, path, params['additionalProperty'] as string)];
    case 'required':
      return [missingField(path, params['missingProperty'] as string)];
    case 'type':
      return isTolerated(misfit, path) ? [] : [wrongType(misfit, path)];
    case 'enum':
      return isUnset(misfit, path) ? [] : [notInEnum(misfit, path, params['allowedValues'] as unknown[])];
    case 'atMostOneOf':
      return [exclusive(misfit, path, params['group'] as string[])];
    case 'uniqueBy':
      return (params['repeated'] as number[]).map((index) => repeated(misfit, [...path, index]));
    case 'channel':
      return [experimental(path)];
    case 'if':
      return []; // Says only that `then` did not hold, which says so itself.
    case 'format':
      return [violation('format', path, limitMessage(misfit, path, error), { layer: layerOf(misfit, params) })];
    default:
      return [violation('limit', path, limitMessage(misfit, path, error))];
  }
}

/**
 * Differs: the API server takes any whole number for a custom resource's int32; who reads the object does not. Istio's webhook
 * says so, and where none runs, the object cannot be read by any client in Go.
 */
const layerOf = (misfit: Misfit, { format }: Record<string, unknown>) =>
  format === 'int32' && !fileOf(misfit).from.startsWith('k8s.io/') ? 'webhook' : 'apiserver';

/** Leaves out what follows from another mistake: a misspelt field is not also missing, and what has the wrong type has no limits. */
function onePerMistake(all: readonly Violation[]): Violation[] {
  const wrong = new Set(all.filter(({ reason }) => reason === 'wrong-type').map(({ path }) => key(path)));
  const renamed = new Set<string>();
  const crowded = new Set<string>();
  for (const { reason, path, suggestion } of all) {
    if (reason !== 'unknown-field') continue;
    crowded.add(key(path.slice(0, -1)));
    if (suggestion && 'replaceKey' in suggestion) renamed.add(key([...path.slice(0, -1), suggestion.replaceKey]));
  }
  const seen = new Set<string>();
  return all.filter(({ reason, path, message }) => {
    if (seen.has(key(path) + message)) return false;
    seen.add(key(path) + message);
    if (reason === 'wrong-type') return true;
    if (reason === 'missing-field') return !renamed.has(key(path));
    if (reason === 'limit' && crowded.has(key(path))) return false;
    return !wrong.has(key(path));
  });
}

const key = (path: Path) => JSON.stringify(path);
