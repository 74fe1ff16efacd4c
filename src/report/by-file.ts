import type { Finding } from '../rules/rule';
import type { Report } from './report';
import { visible } from './visible';

/** The judged files in the order of the run, each with what was found in it. */
export function byFile({ mesh, result }: Report): { path: string; findings: Finding[] }[] {
  const groups = new Map<string, Finding[]>();
  for (const { path, role } of mesh.files) if (role === 'judged') groups.set(visible(path), []);
  for (const finding of result.findings) {
    const { path } = finding.place.file;
    const group = groups.get(path);
    if (group) group.push(finding);
    else groups.set(path, [finding]);
  }
  return [...groups].map(([path, findings]) => ({ path, findings }));
}
