import type { Mesh } from '../mesh/mesh';
import { type Suppression, Suppressions, misspoken } from '../rules/suppressions';
import { type Complaint, refuse } from './complaints';
import { unknownRule } from './configuration/settings';

/** Throws a UsageError for suppressions in files that nobody can obey: of rules that there are not, or with a date that is none. */
export function checkSuppressions(mesh: Mesh, today: string): void {
  const named = new Suppressions(mesh, today).all().flatMap(complaintOf);
  const files = mesh.files.filter(({ role, isGenerated }) => role === 'judged' && !isGenerated);
  refuse([...named, ...files.flatMap(misspoken)]);
}

/** Annotations are for istioctl and Kiali as well, which have codes that are none of ours. */
const FOREIGN = /^(IST|KIA)/;

function complaintOf({ name, place, lines }: Suppression): Complaint[] {
  const { role, isGenerated } = place.file;
  if (name === '*' || role === 'context' || isGenerated || (lines === undefined && FOREIGN.test(name))) return [];
  const message = unknownRule(name);
  return message === undefined ? [] : [{ place, message }];
}
