import type { Mesh } from './mesh/mesh';
import { isClosed } from './mesh/world';
import type { Context, Details, Finding, Missing, Rule, Unchecked } from './rules/rule';
import { Suppressions } from './rules/suppressions';
import type { Place } from './source/file';

export interface LintResult {
  /** In the order of files as given, then by line and column. */
  findings: Finding[];
  unchecked: Unchecked[];
}

export interface LintOptions {
  /** The day of the run as YYYY-MM-DD, for suppressions that end. */
  today: string;
}

/** Asks every rule about the mesh. What is only context, and what somebody asked to be spared, is left out. */
export function lint(mesh: Mesh, rules: readonly Rule[], { today }: LintOptions): LintResult {
  const suppressions = new Suppressions(mesh, today);
  const findings: Finding[] = [];
  const unchecked = new Map<string, Unchecked>();
  for (const rule of rules) rule.check(contextOf(mesh, rule, suppressions, findings, unchecked));
  return { findings: inOrder(mesh, findings), unchecked: [...unchecked.values()] };
}

function contextOf(
  mesh: Mesh,
  rule: Rule,
  suppressions: Suppressions,
  findings: Finding[],
  unchecked: Map<string, Unchecked>,
): Context {
  const report = (place: Place, message: string, details: Details = {}): void => {
    if (place.file.role === 'context' || suppressions.silence(rule, place)) return;
    const { related = [], fix, sameAs = rule.sameAs, severity = rule.severity } = details;
    findings.push({ rule, severity, message, place, related, fix, sameAs });
  };
  const missing = (place: Place, what: Missing, message: string, details?: Details): void => {
    if (isClosed(mesh, what.kind, what.namespace)) return report(place, message, details);
    if (place.file.role === 'context') return;
    const key = `${what.kind}/${what.namespace}`;
    const entry = unchecked.get(key) ?? { ...what, references: 0 };
    entry.references++;
    unchecked.set(key, entry);
  };
  return { mesh, suppressions, report, missing };
}

/** Sorts by place and drops what is said twice of one place. */
function inOrder(mesh: Mesh, findings: readonly Finding[]): Finding[] {
  const order = new Map(mesh.files.map((file, index) => [file, index]));
  const keyed = findings.map((finding) => {
    const { start } = finding.place.range;
    return { finding, file: order.get(finding.place.file) ?? 0, ...start };
  });
  keyed.sort((a, b) => a.file - b.file || a.line - b.line || a.column - b.column);
  const said = new Set<string>();
  return keyed.flatMap(({ finding, file, line, column }) => {
    const key = `${file}:${line}:${column} ${finding.rule.name} ${finding.message}`;
    if (said.has(key)) return [];
    said.add(key);
    return [finding];
  });
}
