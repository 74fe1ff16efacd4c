import { admit } from '../schema/admit';
import type { Violation } from '../schema/violation';
import type { Context, Details } from './rule';

/** Reports what a cluster would say to each document when it is applied, as far as it is of one severity. */
export function reportViolations(
  { mesh, report }: Context,
  severity: Violation['severity'],
  detailsOf: (violation: Violation) => Details,
): void {
  for (const resource of mesh.resources) {
    if (resource.file.role === 'context') continue;
    for (const violation of admit(resource, mesh.release).violations) {
      if (violation.severity !== severity) continue;
      const field = resource.at(violation.path);
      report(violation.on === 'key' ? field.key : field, violation.message, detailsOf(violation));
    }
  }
}
