import { type Variants, variantsOf } from '../../input/groups';
import { type LintOptions, type LintResult, type Survey, lint, survey } from '../../lint';
import type { CompanyOf } from '../../mesh/company';
import { Mesh } from '../../mesh/mesh';
import { newFindings } from '../../report/fingerprint';
import { type Rule, type Unchecked, isAboutAbsence } from '../../rules/rule';
import { admit } from '../../schema/admit';
import type { Place } from '../../source/file';
import type { Resource } from '../../source/resource';
import type { LoadedMesh } from '../input/load';
import { merge } from './merge';
import { LayeredSource } from '../repository/layers';

/** Everything that was looked at as one mesh to report of, and what was found in it. */
export interface Judgement {
  mesh: Mesh;
  result: LintResult;
  /** The files and kustomizations that define the same objects differently. */
  alternatives?: readonly string[];
}

/** Lints every mesh of the input, and makes one result of it. */
export function check(loaded: readonly LoadedMesh[], rules: readonly Rule[], options: LintOptions): Judgement {
  const known = new Map<Mesh, LintResult>();
  const lintOnce = (mesh: Mesh): LintResult => {
    const result = known.get(mesh) ?? lint(mesh, rules, options);
    known.set(mesh, result);
    return result;
  };
  options.measure?.('admission', () => loaded.forEach(({ mesh }) => admitJudged(mesh)));
  const judgements = loaded.map(({ mesh, before, originsOf }) => {
    if (originsOf) return checkVariants(mesh, variantsOf(mesh.files, originsOf), rules, options);
    const result = lintOnce(mesh);
    return { mesh, result: before ? news(result, lintOnce(before)) : result };
  });
  const { result, ...rest } = judgements.length === 1 ? judgements[0]! : merge(judgements);
  return { ...rest, result: onlySafeFixes(result) };
}

/** What the API server would say to every document is worked out once; done first, its time is not counted for the rule that asks first. */
function admitJudged({ resources, release }: Mesh): void {
  for (const resource of resources) if (resource.file.role === 'judged') admit(resource, release);
}

/** Every group by itself: what is missing in it is asked of all that may be there, and what conflicts must be applied together. */
function checkVariants(
  mesh: Mesh,
  { groups, alternatives, company }: Variants,
  rules: readonly Rule[],
  options: LintOptions,
): Judgement {
  const absence = rules.filter(isAboutAbsence);
  const others = rules.filter((rule) => !isAboutAbsence(rule));
  const surveyed = new Map<readonly Resource[], Survey>();
  const said = (possible: readonly Resource[]): Survey => {
    const known =
      surveyed.get(possible) ??
      survey(new Mesh(mesh.files, { ...mesh, objects: possible, definitions: 'all' }), absence, {
        ...options,
        company: inWorld(mesh, company),
      });
    surveyed.set(possible, known);
    return known;
  };
  const judgements = groups.map(({ files, certain, possible, isJudged }) => {
    const own = new Mesh(files, { ...mesh, objects: certain });
    const isOwn = (place: Place) => (place.resource ? isJudged(place.resource) : files.includes(place.file));
    const more = possible ? { said: said(possible) } : {};
    return {
      mesh: own,
      result: lint(own, possible ? others : rules, {
        ...options,
        isJudged: isOwn,
        company: inWorld(mesh, company),
        ...more,
      }),
    };
  });
  return { ...merge(judgements, mesh.files), alternatives };
}

/** An input that is all there is, is applied as a whole. */
const inWorld = ({ world }: Mesh, company: CompanyOf): CompanyOf =>
  world === 'closed' ? (one, other) => (company(one, other) === 'likely' ? 'certain' : company(one, other)) : company;

/** What the files changed: everything found in them, and what was not found in the cluster's own objects before. */
function news({ findings, unchecked, faults }: LintResult, before: LintResult): LintResult {
  const ofCluster = findings.filter(({ place }) => place.file.isGenerated);
  const brought = new Set(newFindings(ofCluster, before.findings, { inRepository: (path) => path }));
  const counts = new Map(before.unchecked.map((each) => [keyOf(each), each.references]));
  return {
    faults,
    findings: findings.filter((finding) => !finding.place.file.isGenerated || brought.has(finding)),
    unchecked: unchecked
      .map((each) => ({ ...each, references: each.references - (counts.get(keyOf(each)) ?? 0) }))
      .filter(({ references }) => references > 0),
  };
}

const keyOf = ({ kind, namespace }: Unchecked) => `${kind}/${namespace}`;

/** A change of a text whose object was patched on the way would not change what was judged. */
const onlySafeFixes = ({ findings, unchecked, faults }: LintResult): LintResult => ({
  unchecked,
  faults,
  findings: findings.map((finding) => {
    const provenance = finding.place.resource?.provenance;
    const isPatched = provenance instanceof LayeredSource && !provenance.isAsWritten;
    return isPatched ? { ...finding, fix: undefined } : finding;
  }),
});
