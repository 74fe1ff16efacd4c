import { admit } from '../../schema/admit';
import type { Release } from '../../schema/release';
import type { Violation } from '../../schema/violation';
import type { Place } from '../../source/file';
import { formatPath } from '../../source/path';
import type { Resource } from '../../source/resource';
import { versionFix } from './api-versions';
import { renaming, replacing } from '../edits';
import { subjectAt } from '../subject';
import type { Context, Details, Fix } from '../rule';

/** Reports what a cluster would say to each document when it is applied, as far as it is of one severity and has details. */
export function reportViolations(
  { mesh, isJudged, report }: Context,
  severity: Violation['severity'],
  detailsOf: (violation: Violation, resource: Resource) => Details | undefined,
): void {
  for (const resource of mesh.resources) {
    if (resource.file.role === 'context' || !isJudged(resource.root)) continue;
    for (const violation of withOneCause(resource, admit(resource, mesh.release).violations, mesh.release)) {
      if (violation.severity !== severity) continue;
      const own = detailsOf(violation, resource);
      if (!own) continue;
      const details = {
        about: `${violation.reason} ${subjectAt(resource.at(violation.path))}`,
        fix: fixOf(resource, violation, mesh.release),
        ...own,
      };
      report(placeOf(resource, violation), violation.message, details);
    }
  }
}

/** So many unknown fields have one cause. */
const MANY_UNKNOWN = 3;
/** Of more unknown fields than this, some are named. */
const MOST_NAMED = 10;

/**
 * The unknown fields of an IstioOperator as one violation: the operator was removed, and such a file was written for the API of another
 * release as a whole.
 */
function withOneCause(resource: Resource, violations: readonly Violation[], release: Release): readonly Violation[] {
  if (resource.group !== 'install.istio.io') return violations;
  const unknown = violations.filter(({ reason, inside }) => reason === 'unknown-field' && !inside);
  if (unknown.length < MANY_UNKNOWN) return violations;
  const [first] = unknown;
  const names = unknown.map(({ path }) => `"${formatPath(path)}"`);
  const more = names.length > MOST_NAMED ? `, and ${names.length - MOST_NAMED} more` : '';
  const message = `unknown in the IstioOperator of Istio ${release}: ${names.slice(0, MOST_NAMED).join(', ')}${more}`;
  return violations.flatMap((each) =>
    each === first ? [{ ...each, message, suggestion: undefined }] : unknown.includes(each) ? [] : [each],
  );
}

/** Where the value or key is that a violation is about. */
export function placeOf(resource: Resource, { path, inside, on }: Violation): Place {
  if (inside) return resource.placeWithin(path, inside, on);
  const field = resource.at(path);
  return on === 'key' ? field.key : field;
}

/** What a violation says would mend it, as a change of the text; a text within a text has quotes of its own. */
export function fixOf(resource: Resource, { path, inside, suggestion }: Violation, release: Release): Fix | undefined {
  if (!suggestion || inside) return undefined;
  const field = resource.at(path);
  if (path[0] === 'apiVersion' && 'replaceValue' in suggestion)
    return versionFix(resource, String(suggestion.replaceValue), release);
  return 'replaceKey' in suggestion
    ? renaming(field, suggestion.replaceKey)
    : replacing(field, suggestion.replaceValue);
}
