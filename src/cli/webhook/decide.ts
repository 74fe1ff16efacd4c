import { type LintResult, lint } from '../../lint';
import { Mesh, identity } from '../../mesh/mesh';
import { admissionLine } from '../../report/admission';
import { newFindings } from '../../report/fingerprint';
import { type Finding, type Severity, isAboutAbsence } from '../../rules/rule';
import type { Fault } from '../../source/fault';
import type { SourceFile } from '../../source/file';
import type { KubernetesObject } from '../../source/resource';
import { objectFile } from '../cluster/object-file';
import { redact } from '../cluster/redact';
import { trim } from '../cluster/trim';
import type { Checks } from './checks';
import type { ClusterState } from './cluster-state';

/** An object as it would be, or one that would be gone. */
export interface Change {
  readonly operation: 'apply' | 'delete';
  readonly object: KubernetesObject;
}

/** What becomes of a finding that a change brings. */
export type Effect = 'refuse' | 'warn' | 'ignore';

/** Which findings refuse a change. */
export interface AdmissionPolicy {
  /** The lowest severity that refuses. */
  readonly failOn: Severity | 'never';
  /** What a reference to an object that does not exist does: what it names may be applied right after. */
  readonly missing: Effect;
  /** What the deletion of an object does that others need. */
  readonly deletion: Effect;
}

/** The answer to a change: it is refused if there are refusals. */
export interface Decision {
  readonly refusals: readonly string[];
  readonly warnings: readonly string[];
  /** Faults of meshlint itself: what these rules would have found is missing. */
  readonly faults: readonly Fault[];
}

/** An answer that has nothing to say. */
export const ALLOWED: Decision = { refusals: [], warnings: [], faults: [] };

/** Judges a change against everything else in the cluster. Only what the change brings counts, wherever it shows. */
export function decide(state: ClusterState, change: Change, checks: Checks, policy: AdmissionPolicy): Decision {
  const after = check(filesAfter(state, change), state, checks);
  const shown = after.findings.filter(({ severity }) => severity !== 'info');
  const before = shown.length > 0 ? check([...state.files.values()], state, checks).findings : [];
  const brought = newFindings(shown, before, { inRepository: (path) => path });
  const withEffect = brought.map((finding) => ({ finding, effect: effectOf(finding, change, policy) }));
  const lines = (wanted: Effect): string[] => [
    ...new Set(withEffect.flatMap(({ finding, effect }) => (effect === wanted ? [admissionLine(finding)] : []))),
  ];
  return { refusals: lines('refuse'), warnings: lines('warn'), faults: after.faults };
}

/** The files of the cluster after a change. An object keeps its place, as the order of objects decides between equals. */
function filesAfter({ files }: ClusterState, { operation, object }: Change): SourceFile[] {
  const file = objectFile(redact(trim(object)), 'judged');
  const key = identity(file.resources[0]!);
  const after = new Map(files);
  if (operation === 'delete') after.delete(key);
  else after.set(key, file);
  return [...after.values()];
}

function check(files: readonly SourceFile[], { held }: ClusterState, { rules, options, mesh }: Checks): LintResult {
  return lint(new Mesh(files, { ...mesh, held }), rules, options());
}

const RANK: Record<Severity | 'never', number> = { never: 3, error: 2, warning: 1, info: 0 };

function effectOf(
  { rule, severity }: Finding,
  { operation }: Change,
  { failOn, missing, deletion }: AdmissionPolicy,
): Effect {
  const most = operation === 'delete' ? deletion : isAboutAbsence(rule) ? missing : 'refuse';
  return most === 'refuse' && RANK[severity] < RANK[failOn] ? 'warn' : most;
}
