import type { Finding, Rule, Severity } from '../rules/rule';
import type { Place } from '../source/file';
import { count } from './closing';

/** How much a report for people shows: findings folded and no infos, also infos, or every finding by itself. */
export type Extent = 'folded' | 'folded-with-infos' | 'all';

/** A finding, and how many others of its rule say the same of other places. */
export interface Fold {
  readonly finding: Finding;
  readonly alike: number;
}

/** The findings of one rule and one severity. */
export interface RuleTotal {
  readonly rule: Rule;
  readonly severity: Severity;
  readonly count: number;
  readonly first: Place;
}

/** What a report for people shows of the findings of a run. */
export interface Excerpt {
  /** Errors first, then warnings, then infos, each in the order of the run. */
  readonly folds: readonly Fold[];
  /** Whether a fold is shown with the lines of its file, or in one line. */
  readonly isFramed: (fold: Fold) => boolean;
  /** The findings by rule, where there are too many to read them one by one. */
  readonly totals: readonly RuleTotal[];
  /** How many findings are not shown because others of their rule stand for them. */
  readonly folded: number;
  /** How many infos are not shown. */
  readonly hiddenInfos: number;
}

/** The severities, the most important first. */
const WORST_FIRST: readonly Severity[] = ['error', 'warning', 'info'];

/** More findings than this are counted by rule, and of each rule only some are shown. */
const MANY = 20;
const SHOWN_OF_MANY: Readonly<Record<Severity, number>> = { error: 10, warning: 2, info: 2 };

/** Up to so many findings are shown with their lines, and only errors up to the second number; else each is one line. */
const FRAMED = 3;
const FRAMED_ERRORS = 10;

/** Chooses what is shown, so that a run without errors fits on one screen. Infos are shown where nothing else is, or where one fails the run. */
export function excerptOf(
  findings: readonly Finding[],
  extent: Extent,
  fails: (finding: Finding) => boolean = () => false,
): Excerpt {
  const sorted = WORST_FIRST.flatMap((severity) => findings.filter((finding) => finding.severity === severity));
  if (extent === 'all') return everything(sorted);
  const infos = sorted.filter(({ severity }) => severity === 'info');
  const hasInfos = extent === 'folded-with-infos' || infos.length === sorted.length || infos.some(fails);
  const visible = hasInfos ? sorted : sorted.filter(({ severity }) => severity !== 'info');
  const isLong = visible.length > MANY;
  const folds = isLong ? someOfEachRule(foldsOf(visible)) : foldsOf(visible);
  return {
    folds,
    isFramed: framing(folds),
    totals: isLong ? totalsOf(visible) : [],
    folded: visible.length - folds.length,
    hiddenInfos: sorted.length - visible.length,
  };
}

function framing(folds: readonly Fold[]): Excerpt['isFramed'] {
  const isError = ({ finding }: Fold): boolean => finding.severity === 'error';
  if (folds.length <= FRAMED) return () => true;
  return folds.filter(isError).length <= FRAMED_ERRORS ? isError : () => false;
}

/** How many findings are not shown, and how to see them, in a line for each reason. */
export function notShown({ folded, hiddenInfos }: Excerpt): string[] {
  const them = (number: number): string => (number === 1 ? 'it' : 'them');
  return [
    ...(hiddenInfos ? [`${count(hiddenInfos, 'info')} hidden; --info shows ${them(hiddenInfos)}`] : []),
    ...(folded ? [`${count(folded, 'finding')} folded; --all shows ${them(folded)}`] : []),
  ];
}

const everything = (sorted: readonly Finding[]): Excerpt => ({
  folds: sorted.map((finding) => ({ finding, alike: 0 })),
  isFramed: () => true,
  totals: sorted.length > MANY ? totalsOf(sorted) : [],
  folded: 0,
  hiddenInfos: 0,
});

/** One fold for each cause: what one rule says in the same words of several places has one cause. */
const foldsOf = (findings: readonly Finding[]): Fold[] =>
  counted(findings, ({ rule, severity, message }) => JSON.stringify([rule.name, severity, message])).map(
    ({ first, total }) => ({ finding: first, alike: total - 1 }),
  );

/** The first finding of each key, and how many have it. */
function counted(
  findings: readonly Finding[],
  keyOf: (finding: Finding) => string,
): readonly { readonly first: Finding; readonly total: number }[] {
  const counts = new Map<string, { first: Finding; total: number }>();
  for (const finding of findings) {
    const known = counts.get(keyOf(finding));
    if (known) known.total++;
    else counts.set(keyOf(finding), { first: finding, total: 1 });
  }
  return [...counts.values()];
}

function someOfEachRule(folds: readonly Fold[]): Fold[] {
  const shown = new Map<string, number>();
  return folds.filter(({ finding }) => {
    const key = ruleKey(finding);
    const before = shown.get(key) ?? 0;
    shown.set(key, before + 1);
    return before < SHOWN_OF_MANY[finding.severity];
  });
}

const ruleKey = ({ rule, severity }: Finding): string => `${severity} ${rule.name}`;

/** The rules by severity, those with most findings first. */
function totalsOf(sorted: readonly Finding[]): RuleTotal[] {
  const totals = counted(sorted, ruleKey).map(({ first: { rule, severity, place }, total }) => {
    return { rule, severity, count: total, first: place };
  });
  return WORST_FIRST.flatMap((severity) =>
    totals.filter((total) => total.severity === severity).sort((one, other) => other.count - one.count),
  );
}
