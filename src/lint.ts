import type { Company, CompanyOf } from './mesh/company';
import type { Mesh } from './mesh/mesh';
import { isAssumed } from './mesh/assumed';
import { groupBy } from './mesh/grouping';
import { existsAnyway, isClosed, isSurelyAbsent } from './mesh/world';
import { mayBeUnknown } from './mesh/unknowns';
import {
  type Context,
  type Details,
  type Finding,
  type Missing,
  type Rule,
  type Severity,
  type Unchecked,
  isAboutCompany,
} from './rules/rule';
import { subjectAt } from './rules/subject';
import { Suppressions } from './rules/suppressions';
import { admit } from './schema/admit';
import type { Release } from './schema/release';
import type { Violation } from './schema/violation';
import type { Fault } from './source/fault';
import { Field } from './source/field';
import type { Place } from './source/file';
import type { Resource } from './source/resource';
import { holdsUnknown, isUnknown } from './source/placeholders';

export interface LintResult {
  /** In the order of files as given, then by line and column. */
  findings: Finding[];
  unchecked: Unchecked[];
  /** Faults of meshlint itself: what these checks would have found is missing. */
  faults: Fault[];
}

export interface LintOptions {
  /** The day of the run as YYYY-MM-DD, for suppressions that end. */
  today: string;
  /** How severe a fault is to whoever runs this, who may want to hear nothing of it. */
  severityOf?: SeverityOf;
  /** Which places the run is about; without it those in files that are not only context. */
  isJudged?: (place: Place) => boolean;
  /** Which of these places findings are wanted of; without it all of them. */
  isWanted?: (place: Place) => boolean;
  /** Whether two objects are applied together; without it all of them are. */
  company?: CompanyOf;
  /** What was found by other rules in a larger mesh. */
  said?: Survey;
  /** Why a suppression cannot name a rule so; undefined where it can. */
  faultOfName?: (name: string) => string | undefined;
  /** Does a part of the work, and may measure how long it takes. */
  measure?: Measure;
}

/** Does a part of the work, such as the check of one rule, and returns its result. */
export type Measure = <Result>(part: string, work: () => Result) => Result;

const unmeasured: Measure = (_part, work) => work();

/** Another severity for a rule at a place than the one it has of its own. */
export type SeverityOf = (rule: Rule, place: Place, own: Severity | 'off') => Severity | 'off';

const asTheRuleSays: SeverityOf = (_rule, _place, own) => own;

/** What a rule says of a mesh, before anybody is asked whether it is to be heard. */
export interface Statement {
  readonly rule: Rule;
  readonly place: Place;
  readonly message: string;
  readonly details: Details;
  /** What could not be checked, where it is not said that something is missing. */
  readonly unchecked?: Missing;
}

/** What rules say of a mesh, and which of them failed. */
export interface Survey {
  readonly statements: readonly Statement[];
  readonly faults: readonly Fault[];
}

/** Collects what rules say of a mesh, of whatever place. */
export function survey(
  mesh: Mesh,
  rules: readonly Rule[],
  { today, company = ALL_TOGETHER, measure }: LintOptions,
): Survey {
  const statements: Statement[] = [];
  const suppressions = new Suppressions(mesh, today);
  const hear = (statement: Statement): void => void statements.push(statement);
  const shared = { suppressions, company, isJudged: () => true };
  const faults = rules.flatMap((rule) => faultsOf(rule, contextOf(mesh, rule, shared, hear), measure));
  return { statements, faults };
}

const NOTHING_SAID: Survey = { statements: [], faults: [] };

/** Asks every rule about the mesh. What is only context, and what somebody asked to be spared, is left out. */
export function lint(mesh: Mesh, rules: readonly Rule[], options: LintOptions): LintResult {
  const {
    today,
    severityOf = asTheRuleSays,
    isJudged = ({ file }) => file.role === 'judged',
    isWanted,
    company = ALL_TOGETHER,
    said = NOTHING_SAID,
  } = options;
  const run: Run = {
    severityOf,
    isJudged: isWanted ? (place) => isJudged(place) && isWanted(place) : isJudged,
    company,
    release: mesh.release,
    suppressions: new Suppressions(mesh, today, options.faultOfName),
    isWholeMesh: mesh.world === 'closed',
    findings: [],
    unchecked: new Map(),
  };
  const hear = (statement: Statement): void => weigh(run, statement);
  for (const statement of said.statements) hear(statement);
  const faults = rules.flatMap((rule) => faultsOf(rule, contextOf(mesh, rule, run, hear), options.measure));
  return {
    findings: inOrder(mesh, withoutSuperseded(run.findings)),
    unchecked: [...run.unchecked.values()],
    faults: [...documentFaults(mesh), ...said.faults, ...faults],
  };
}

/** Asks one rule. What it found before it failed is kept, and the others are asked all the same. */
function faultsOf(rule: Rule, context: Context, measure = unmeasured): Fault[] {
  try {
    measure(`rule ${rule.name}`, () => rule.check(context));
    return [];
  } catch (error) {
    return [{ where: `rule "${rule.name}"`, error }];
  }
}

/** What failed while single documents were held against their schemas. */
const documentFaults = (mesh: Mesh): Fault[] =>
  mesh.resources
    .filter(({ file }) => file.role === 'judged')
    .flatMap((resource) =>
      admit(resource, mesh.release).faults.map((error) => ({
        where: `${resource.file.path} (${resource.title})`,
        error,
      })),
    );

/** What all rules of a run share. */
interface Run {
  readonly severityOf: SeverityOf;
  readonly isJudged: (place: Place) => boolean;
  readonly company: CompanyOf;
  readonly release: Release;
  readonly suppressions: Suppressions;
  /** Whether the user says that the input is the whole mesh: then all that istioctl and Kiali report of one is reported. */
  readonly isWholeMesh: boolean;
  readonly findings: Finding[];
  readonly unchecked: Map<string, Unchecked>;
}

const ALL_TOGETHER: CompanyOf = () => 'certain';

function contextOf(
  mesh: Mesh,
  rule: Rule,
  { suppressions, company, isJudged }: Pick<Run, 'suppressions' | 'company' | 'isJudged'>,
  hear: (statement: Statement) => void,
): Context {
  const report = (place: Place, message: string, details: Details = {}): void =>
    hear({ rule, place, message, details });
  const missing = (place: Place, what: Missing, message: string, details: Details = {}): void => {
    const { kind, namespace, name: named, name = writtenAt(place) } = what;
    if (name !== undefined && isAssumed(mesh, { kind, namespace, name })) return;
    const isFromAnywhere = place.resource !== undefined && place.resource.metadata.namespace === undefined;
    const absent = { kind, namespace, name, isMisspelt: what.isMisspelt, isFromAnywhere };
    // What is merely unused may be used by what the input does not hold; that is information only.
    const isUse = rule.category === 'practice';
    if (isUse ? !isClosed(mesh, kind, namespace) : existsAnyway(mesh, absent)) return;
    const isSure = isUse || isSurelyAbsent(mesh, absent);
    if (isSure && !mayBeUnknown(mesh, { kind, namespace, name }))
      report(place, message, { ...(named && { about: named }), ...details });
    else hear({ rule, place, message, details, unchecked: what });
  };
  return { mesh, suppressions, isJudged, company, report, missing };
}

/** Makes a finding of a statement, or counts what could not be checked, unless it is not to be heard. */
function weigh(run: Run, statement: Statement): void {
  const { severityOf, isJudged, suppressions, findings, unchecked } = run;
  const { rule, place, message, details } = statement;
  if (!isJudged(place)) return;
  const company = isAboutCompany(rule) ? companyOf(run, statement) : 'certain';
  if (company === 'unknown') return;
  if (!statement.unchecked && suppressions.silence(rule, place)) return;
  const own = ownSeverity(run, rule, details);
  const severity = severityOf(rule, place, company === 'likely' && own === 'error' ? 'warning' : own);
  if (severity === 'off') return;
  const { related = [], evidence = [], fix, sameAs = rule.sameAs, about = subjectAt(place) } = details;
  const shown = statement.unchecked ? [] : related.map((each) => each.place);
  if (dependsOnUnknown(rule, place, [...shown, ...evidence])) return;
  if (followsFromRefusal(run, rule, place, [...shown, ...evidence])) return;
  if (statement.unchecked) return countUnchecked(unchecked, statement.unchecked);
  void place.range; // Worked out now: what cannot be placed is a fault of this rule alone.
  findings.push({ rule, severity, message, place, about, related, fix, sameAs });
}

/** What is least certain of the objects that a finding is about. */
function companyOf({ company }: Run, { place, details: { related = [] } }: Statement): Company {
  const { resource } = place;
  if (!resource) return 'certain';
  const known = new Set(
    related.map((each) => (each.place.resource ? company(resource, each.place.resource) : 'certain')),
  );
  return known.has('unknown') ? 'unknown' : known.has('likely') ? 'likely' : 'certain';
}

function countUnchecked(unchecked: Map<string, Unchecked>, { kind, namespace }: Missing): void {
  const key = `${kind}/${namespace}`;
  const entry = unchecked.get(key) ?? { kind, namespace, references: 0 };
  entry.references++;
  unchecked.set(key, entry);
}

/**
 * Whether a finding may be gone once the placeholders of the input are filled in: those at its places, and for what follows from
 * several objects also those in the names and namespaces of its objects. What one document may be, the schema knows itself.
 */
function dependsOnUnknown({ category, isLocal }: Rule, place: Place, others: readonly Place[]): boolean {
  if (category === 'syntax' || category === 'schema' || category === 'deprecation') return false;
  return (
    isUnknownAt(place) ||
    others.some((other) => isUnknownAt(wholeObject(other))) ||
    (!isLocal && [place, ...others].some(({ resource }) => resource !== undefined && isNamedByUnknown(resource)))
  );
}

/**
 * Whether a finding follows from a document that a cluster refuses, which is reported itself: two objects do not conflict while one of
 * them cannot be applied, and what an object lacks that cannot be applied is not known.
 */
function followsFromRefusal(run: Run, { category }: Rule, place: Place, others: readonly Place[]): boolean {
  const { isWholeMesh, release } = run;
  if (isWholeMesh) return false;
  const isOther = ({ resource }: Place): boolean => resource?.written !== place.resource?.written;
  switch (category) {
    case 'conflict':
      return others.some(isOther) && [place, ...others].some((each) => isRefused(each, release));
    case 'reference':
      return others.some((each) => isOther(each) && isRefused(each, release));
    case 'syntax':
    case 'schema':
    case 'deprecation':
    case 'practice':
    case 'traffic':
    case 'security':
      return false;
  }
}

/** Whether a document lacks something that its kind requires, or says it in another form or under another name. */
const isRefused = ({ resource }: Place, release: Release): boolean =>
  resource !== undefined &&
  admit(resource, release).violations.some(
    ({ reason, severity, suggestion }) =>
      severity === 'error' &&
      (HOLLOW.has(reason) || (reason === 'unknown-field' && suggestion !== undefined && 'replaceKey' in suggestion)),
  );

const HOLLOW: ReadonlySet<Violation['reason']> = new Set([
  'missing-field',
  'wrong-type',
  'unknown-kind',
  'removed-kind',
]);

const isUnknownAt = (place: Place): boolean =>
  place instanceof Field &&
  (isUnknown(place.resource, place.path) || holdsUnknown(place.resource, place.path, LEVELS_SEEN));

/** Another object is shown by its name, and means all that it says. */
const wholeObject = (place: Place): Place =>
  place instanceof Field && place.pathText === 'metadata.name' ? place.resource.at(['spec']) : place;

/** How far below its place a finding looks. */
const LEVELS_SEEN = 4;

const isNamedByUnknown = (resource: Resource<unknown>): boolean =>
  isUnknown(resource, ['metadata', 'name']) || isUnknown(resource, ['metadata', 'namespace']);

function ownSeverity(
  { isWholeMesh }: Run,
  rule: Rule,
  { severity, isRemark = rule.isRemark }: Details,
): Severity | 'off' {
  if (isRemark && !isWholeMesh) return 'off';
  return severity ?? (rule.isOptional ? 'off' : rule.severity);
}

/** The text that stands at a place, which of a reference is the name of what it refers to. */
function writtenAt(place: Place): string | undefined {
  return place instanceof Field && typeof place.value === 'string' ? place.value : undefined;
}

/** Merges what two rules say of one place, where one of them declares that it says it better. It takes over the codes of the other. */
function withoutSuperseded(findings: readonly Finding[]): Finding[] {
  const winners = groupBy(
    findings.filter(({ rule }) => rule.supersedes),
    ({ place }) => place.resource?.written,
  );
  const taken = new Map<Finding, Finding>();
  for (const finding of findings) {
    const { rule, place } = finding;
    const rivals = place.resource ? (winners.get(place.resource.written) ?? []) : [];
    const winner = rivals.find(
      (other) => other.rule.supersedes!.includes(rule.name) && areAtOnePlace(place, other.place),
    );
    if (winner) taken.set(finding, winner);
  }
  const codes = groupBy(taken.keys(), (finding) => taken.get(finding)!);
  return findings.flatMap((finding) => {
    if (taken.has(finding)) return [];
    const more = (codes.get(finding) ?? []).flatMap(({ sameAs }) => sameAs);
    return [more.length > 0 ? { ...finding, sameAs: [...new Set([...finding.sameAs, ...more])] } : finding];
  });
}

/** Whether two places of an object are one: the same field, or a field and one right in it. */
function areAtOnePlace({ pathText: one }: Place, { pathText: other }: Place): boolean {
  const [short, long] = one.length < other.length ? [one, other] : [other, one];
  return long.startsWith(short) && /^(\.[^.[\]]+|\[[^\]]*\])?$/.test(long.slice(short.length));
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
