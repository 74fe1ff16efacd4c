import { type LintOptions, type LintResult, lint } from '../lint';
import type { Mesh } from '../mesh/mesh';
import { newFindings } from '../report/fingerprint';
import type { Rule, Unchecked } from '../rules/rule';
import type { LoadedMesh } from './load';
import { merge } from './merge';
import { LayeredSource } from './repository/layers';

/** Everything that was looked at as one mesh to report of, and what was found in it. */
export interface Judgement {
  mesh: Mesh;
  result: LintResult;
}

/** Lints every mesh of the input, and makes one result of it. */
export function judge(loaded: readonly LoadedMesh[], rules: readonly Rule[], options: LintOptions): Judgement {
  const known = new Map<Mesh, LintResult>();
  const lintOnce = (mesh: Mesh): LintResult => {
    const result = known.get(mesh) ?? lint(mesh, rules, options);
    known.set(mesh, result);
    return result;
  };
  const judgements = loaded.map(({ mesh, before }) => {
    const result = onlySafeFixes(lintOnce(mesh));
    return { mesh, result: before ? news(result, lintOnce(before)) : result };
  });
  return judgements.length === 1 ? judgements[0]! : merge(judgements);
}

/** What the files changed: everything found in them, and what was not found in the cluster's own objects before. */
function news({ findings, unchecked }: LintResult, before: LintResult): LintResult {
  const ofCluster = findings.filter(({ place }) => place.file.isGenerated);
  const brought = new Set(newFindings(ofCluster, before.findings, { inRepository: (path) => path }));
  const counts = new Map(before.unchecked.map((each) => [keyOf(each), each.references]));
  return {
    findings: findings.filter((finding) => !finding.place.file.isGenerated || brought.has(finding)),
    unchecked: unchecked
      .map((each) => ({ ...each, references: each.references - (counts.get(keyOf(each)) ?? 0) }))
      .filter(({ references }) => references > 0),
  };
}

const keyOf = ({ kind, namespace }: Unchecked) => `${kind}/${namespace}`;

/** A change of a text whose object was patched on the way would not change what was judged. */
const onlySafeFixes = ({ findings, unchecked }: LintResult): LintResult => ({
  unchecked,
  findings: findings.map((finding) => {
    const provenance = finding.place.resource?.provenance;
    const isPatched = provenance instanceof LayeredSource && !provenance.isAsWritten;
    return isPatched ? { ...finding, fix: undefined } : finding;
  }),
});
