import type { LintOptions } from '../../lint';
import type { Finding, Rule } from '../../rules/rule';
import { NEWEST, type Release } from '../../schema/release';
import { type Judgement, check } from './check';
import type { LoadedMesh } from '../input/load';

/** Lints the input as each release of Istio would read it, oldest first; what not all of them say names those that do. */
export function checkReleases(
  loaded: readonly LoadedMesh[],
  rules: readonly Rule[],
  options: LintOptions,
  releases: readonly Release[] = [NEWEST],
): Judgement {
  const judgements = releases.map((release) =>
    check(
      loaded.map((each) => inRelease(each, release)),
      rules,
      options,
    ),
  );
  const newest = judgements.at(-1)!;
  if (judgements.length === 1) return newest;
  const findings = byPlace(
    newest,
    [...together(judgements, releases).values()].flatMap((one) => one.told(releases)),
  );
  const faults = judgements.flatMap(({ result }) => result.faults);
  return { ...newest, result: { ...newest.result, findings, faults } };
}

const inRelease = ({ before, ...loaded }: LoadedMesh, release: Release): LoadedMesh => ({
  ...loaded,
  mesh: loaded.mesh.inRelease(release),
  ...(before && { before: before.inRelease(release) }),
});

/** A finding, and the releases that have it. */
class Shared {
  readonly releases: Release[] = [];

  constructor(readonly finding: Finding) {}

  told(all: readonly Release[]): Finding[] {
    const { finding, releases } = this;
    if (releases.length === all.length) return [finding];
    // What one release has no word about, a suppression may be there for.
    if (finding.rule.name === 'unused-suppression') return [];
    if (releases.length === 1 && finding.message.includes(`Istio ${releases[0]}`)) return [finding];
    return [{ ...finding, message: `in Istio ${named(releases, all)}: ${finding.message}` }];
  }
}

/** `1.4 and 1.24 to 1.31`: three and more that follow each other among those that were asked are a span. */
function named(releases: readonly Release[], all: readonly Release[]): string {
  const spans: Release[][] = [];
  for (const release of releases) {
    const last = spans.at(-1);
    const before = all[all.indexOf(release) - 1];
    if (last && last.at(-1) === before) last.push(release);
    else spans.push([release]);
  }
  const words = spans.flatMap((span) => (span.length > 2 ? [`${span[0]} to ${span.at(-1)}`] : span));
  return words.join(' and ');
}

function together(judgements: readonly Judgement[], releases: readonly Release[]): Map<string, Shared> {
  const all = new Map<string, Shared>();
  judgements.forEach(({ result }, index) => {
    for (const finding of result.findings) {
      const one = all.get(keyOf(finding)) ?? new Shared(finding);
      one.releases.push(releases[index]!);
      all.set(keyOf(finding), one);
    }
  });
  return all;
}

function keyOf({ rule, message, place: { file, range } }: Finding): string {
  return [file.path, range.start.line, range.start.column, rule.name, message].join('\n');
}

function byPlace({ mesh }: Judgement, findings: readonly Finding[]): Finding[] {
  const order = new Map(mesh.files.map(({ path }, index) => [path, index]));
  const position = ({ place: { file, range } }: Finding) =>
    [order.get(file.path) ?? 0, range.start.line, range.start.column] as const;
  const keyed = findings.map((finding) => ({ finding, at: position(finding) }));
  keyed.sort(({ at: a }, { at: b }) => a[0] - b[0] || a[1] - b[1] || a[2] - b[2]);
  return keyed.map(({ finding }) => finding);
}
