import { type Path, valueAt } from '../../source/path';
import { GONE_FIELDS } from '../history';
import { nearest, oneOf, unmistakable } from '../spelling';
import { own } from '../../source/own';
import { type Violation, violation } from '../violation';
import { type Misfit, newestSchemaAt, releaseOf, schemaAt, shown } from './misfit';
import { misplaced } from './misplaced';

const FEW = 8;

/** A field that the kind does not have: a slip of the pen, in the wrong place, of another release, or nothing known. */
export function unknownField(misfit: Misfit, path: Path, name: string): Violation {
  const { properties = {}, unknownFields } = schemaAt(misfit, path) ?? {};
  const known = Object.keys(properties);
  const present = valueAt(misfit.value, path) as object;
  const free = known.filter((field) => !Object.hasOwn(present, field));
  const meant = nearest(name, free) ?? nearest(name, known);
  const only = unmistakable(name, free);
  const help =
    meant !== undefined
      ? `; did you mean "${meant}"?`
      : (otherRelease(misfit, path, name) ?? misplaced(misfit, path, name) ?? list(known));
  return violation('unknown-field', [...path, name], `unknown field "${name}"${help}`, {
    on: 'key',
    layer: 'strict',
    severity: unknownFields === 'ignored' ? 'warning' : 'error',
    suggestion: only === undefined ? undefined : { replaceKey: only },
  });
}

const list = (known: readonly string[]) =>
  known.length && known.length <= FEW ? `; known fields: ${oneOf(known, 'and')}` : '';

/** What became of a field that older releases had, or when one comes that newer ones have. */
function otherRelease(misfit: Misfit, path: Path, name: string): string | undefined {
  const fields = [...path, name].filter((step) => typeof step === 'string').join('.');
  const instead = releaseOf(misfit) === '1.4' ? undefined : own(GONE_FIELDS, `${misfit.kind} ${fields}`);
  if (instead) return `; it was removed: ${instead}`;
  return own(newestSchemaAt(misfit, path)?.properties, name)
    ? `; it was added after Istio ${releaseOf(misfit)}`
    : undefined;
}

/** A field that must be there. */
export const missingField = (path: Path, name: string): Violation =>
  violation('missing-field', [...path, name], `"${name}" is missing`);

/** Fields of which one at most may be there; the later ones are to blame, as they stand in the document. */
export function exclusive(misfit: Misfit, path: Path, group: readonly string[]): Violation {
  const present = Object.keys(valueAt(misfit.value, path) as object).filter((name) => group.includes(name));
  const [first, ...others] = present;
  const message = `${oneOf(others, 'and')} cannot be combined with "${first}": at most one of ${oneOf(group)} may be set`;
  return violation('exclusive', [...path, others[0]!], message, { on: 'key' });
}

/** An item that agrees with an earlier one in what must be its own. */
export function repeated(misfit: Misfit, path: Path): Violation {
  const fields = schemaAt(misfit, path.slice(0, -1))?.uniqueBy ?? [];
  const item = valueAt(misfit.value, path) as Record<string, unknown>;
  if (!fields.length) return violation('duplicate', path, `duplicate item ${shown(item)} in this list`);
  const same = fields
    .filter((field) => own(item, field) !== undefined)
    .map((field) => `${field} ${shown(own(item, field))}`);
  const message = `an earlier item of this list has the same ${same.join(' and ') || oneOf(fields, 'and')}`;
  return violation('duplicate', same.length === 1 ? [...path, fields[0]!] : path, message);
}

/** A field that clusters have only with the experimental channel. Kubernetes allows either, so this is no mistake. */
export const experimental = (path: Path): Violation =>
  violation('channel', path, `"${path.at(-1)}" is only in the experimental channel of the Gateway API`, {
    on: 'key',
    severity: 'warning',
  });
