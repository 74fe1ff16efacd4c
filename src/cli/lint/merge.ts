import type { LintResult } from '../../lint';
import { Mesh } from '../../mesh/mesh';
import type { Finding, Unchecked } from '../../rules/rule';
import { SourceFile } from '../../source/file';
import type { Judgement } from './check';
import { LayeredSource } from '../repository/layers';

/** What several meshes of one input have to say, each thing once. A file that is in several of them counts as one. */
export function merge(
  judgements: readonly Judgement[],
  files: readonly SourceFile[] = judgements.flatMap(({ mesh }) => mesh.files),
): Judgement {
  const mesh = new Mesh(mergeFiles(files));
  const order = new Map(mesh.files.map(({ path }, index) => [path, index]));
  const makers = makersOf(judgements);
  const said = new Map<string, Finding[]>();
  for (const finding of judgements.flatMap(({ result }) => result.findings))
    said.set(keyOf(finding), [...(said.get(keyOf(finding)) ?? []), finding]);
  const findings = [...said.values()].flatMap((same) => mergeFinding(same, judgements, makers));
  return {
    mesh,
    result: {
      findings: findings.sort(byPlace(order)),
      unchecked: mergeUnchecked(judgements),
      faults: judgements.flatMap(({ result }) => result.faults),
    },
  };
}

const byPlace =
  (order: ReadonlyMap<string, number>) =>
  ({ place: a }: Finding, { place: b }: Finding): number =>
    order.get(a.file.path)! - order.get(b.file.path)! ||
    a.range.start.line - b.range.start.line ||
    a.range.start.column - b.range.start.column;

/** What is rendered of one template with other values has other lines: there the object and the field are the place. */
function keyOf({ rule, message, place: { file, range, resource, pathText } }: Finding): string {
  if (resource && file.chart !== undefined)
    return [file.chart, resource.document.origin, resource.title, pathText, rule.name, message].join('\n');
  return [file.path, range.start.line, range.start.column, rule.name, message].join('\n');
}

function mergeFiles(files: readonly SourceFile[]): SourceFile[] {
  const merged = new Map<string, SourceFile>();
  for (const role of ['judged', 'context'] as const)
    for (const file of files.filter((each) => each.role === role)) {
      const known = merged.get(file.path);
      if (known?.role === 'judged' && role === 'context') continue;
      const one = known ?? copyOf(file);
      for (const resource of file.resources) one.resources.push(resource);
      merged.set(file.path, one);
    }
  return [...merged.values()];
}

function copyOf(file: SourceFile): SourceFile {
  const copy = new SourceFile(file.path, file.isGenerated ? () => file.text : file.text, file.role);
  copy.passedOver = file.passedOver;
  copy.templates = file.templates;
  copy.chart = file.chart;
  for (const problem of file.problems) copy.problems.push(problem);
  return copy;
}

/** For every judged file the kustomizations that made objects of it. */
function makersOf(judgements: readonly Judgement[]): Map<string, Set<SourceFile>> {
  const makers = new Map<string, Set<SourceFile>>();
  for (const file of judgements.flatMap(({ mesh }) => mesh.files.filter(({ role }) => role === 'judged')))
    for (const { provenance } of file.resources)
      if (provenance instanceof LayeredSource)
        makers.set(file.path, (makers.get(file.path) ?? new Set()).add(provenance.renderedBy));
  return makers;
}

/** The same thing said of several variants is said once; what is wrong with some of them only, says with which. */
function mergeFinding(
  same: readonly Finding[],
  judgements: readonly Judgement[],
  makers: ReadonlyMap<string, Set<SourceFile>>,
): Finding[] {
  // What several values of a chart make is shown as its default values make it, which come last.
  const first = same[0]!.place.file.chart === undefined ? same[0] : same.at(-1);
  const { path } = first!.place.file;
  if (first!.rule.name === 'unused-suppression' && same.length < checkedIn(path, judgements)) return [];
  const by = new Set(same.flatMap(({ place }) => makerOf(place.resource?.provenance)));
  const all = makers.get(first!.place.resource?.file.path ?? path);
  if (!all || by.size >= all.size) return [first!];
  const related = [...by].map((file) => ({
    place: file.spot({ start: 0, end: 1 }),
    message: 'as this kustomization makes it',
  }));
  return [{ ...first!, related: [...first!.related, ...related] }];
}

const makerOf = (provenance: unknown): SourceFile[] =>
  provenance instanceof LayeredSource ? [provenance.renderedBy] : [];

const checkedIn = (path: string, judgements: readonly Judgement[]): number =>
  judgements.filter(({ mesh }) => mesh.files.some((file) => file.path === path && file.role === 'judged')).length;

function mergeUnchecked(judgements: readonly Judgement[]): LintResult['unchecked'] {
  const sums = new Map<string, Unchecked>();
  for (const each of judgements.flatMap(({ result }) => result.unchecked)) {
    const key = `${each.kind}/${each.namespace}`;
    sums.set(key, { ...each, references: each.references + (sums.get(key)?.references ?? 0) });
  }
  return [...sums.values()];
}
