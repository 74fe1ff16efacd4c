import type { Finding } from '../rules/rule';
import { identityOf } from './fingerprint';
import { oneLine } from './location';
import type { Report } from './report';

/** The version of baseline files that is written. In version 1 a fingerprint depended on the words of the message. */
export const BASELINE_VERSION = 2;

/** Findings that are known already, so that only new ones are reported. */
export interface Baseline {
  readonly version: 1 | typeof BASELINE_VERSION;
  readonly findings: readonly KnownFault[];
}

/** A fault, and how many findings of it there were. The rest is for those who read the file. */
export interface KnownFault {
  readonly fingerprint: string;
  readonly count: number;
  readonly rule: string;
  readonly file: string;
  readonly message: string;
}

type Naming = Pick<Report, 'inRepository' | 'digest'>;

/** A baseline of all findings of a run. It does not change when text moves. */
export function baselineOf(findings: readonly Finding[], naming: Naming): Baseline {
  const faults = new Map<string, KnownFault>();
  for (const finding of findings) {
    const fingerprint = fingerprintOf(finding, naming);
    const { rule, place, message } = finding;
    const known = faults.get(fingerprint);
    const file = known?.file ?? naming.inRepository(place.file.path);
    const count = (known?.count ?? 0) + 1;
    faults.set(fingerprint, { fingerprint, count, rule: rule.name, file, message: oneLine(message) });
  }
  const sorted = [...faults.values()].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  return { version: BASELINE_VERSION, findings: sorted };
}

const keyOf = ({ file, rule, message, fingerprint }: KnownFault) => [file, rule, message, fingerprint].join('\n');

/** A baseline as text: a line for each fault, so that a comparison of two shows what came and went. */
export function baselineText({ version, findings }: Baseline): string {
  const lines = findings.map((known) => `\n    ${JSON.stringify(known)}`);
  return `{\n  "version": ${version},\n  "findings": [${lines.join(',')}${lines.length ? '\n  ' : ''}]\n}\n`;
}

/** What a baseline does not know, what it knows, and the entries that no longer occur as often as they count. */
export interface Compared {
  readonly findings: Finding[];
  readonly known: Finding[];
  readonly gone: readonly KnownFault[];
}

/** Compares findings with a baseline: of the same fault as many are known as it counts. */
export function compared(findings: readonly Finding[], baseline: Baseline, naming: Naming): Compared {
  const left = new Map(baseline.findings.map((known) => [known, known.count]));
  const pairings = baseline.version === 1 ? pairingsOfVersion1(naming) : [pairing(naming)];
  const fresh = new Set(pairings.reduce((rest, each) => unpaired(rest, left, each), findings));
  const gone = [...left].flatMap(([known, count]) => (count > 0 ? [{ ...known, count }] : []));
  return {
    findings: findings.filter((finding) => fresh.has(finding)),
    known: findings.filter((finding) => !fresh.has(finding)),
    gone,
  };
}

/** When an entry of a baseline and a finding are the same fault: when both keys are equal. */
interface Pairing {
  readonly ofEntry: (entry: KnownFault) => string;
  readonly ofFinding: (finding: Finding) => string;
}

const pairing = (naming: Naming): Pairing => ({
  ofEntry: ({ fingerprint }) => fingerprint,
  ofFinding: (finding) => fingerprintOf(finding, naming),
});

/** First by the fingerprint of version 1; then, because messages have got better words since, by rule and file. */
function pairingsOfVersion1({ inRepository, digest }: Naming): Pairing[] {
  const fingerprint = ({ rule, message, place: { resource, file, pathText } }: Finding): string => {
    const subject = resource
      ? [resource.group, resource.kind, resource.namespace, resource.name]
      : [inRepository(file.path)];
    return digest(JSON.stringify([rule.name, ...subject, pathText.replace(/\[\d+\]/g, '[]'), message]));
  };
  return [
    { ofEntry: (entry) => entry.fingerprint, ofFinding: fingerprint },
    {
      ofEntry: ({ rule, file }) => `${rule} ${file}`,
      ofFinding: ({ rule, place }) => `${rule.name} ${inRepository(place.file.path)}`,
    },
  ];
}

/** The findings that no entry with a count left stands for; the counts of the others' entries go down. */
function unpaired(findings: readonly Finding[], left: Map<KnownFault, number>, by: Pairing): readonly Finding[] {
  const entries = new Map<string, KnownFault[]>();
  for (const entry of left.keys()) {
    const key = by.ofEntry(entry);
    entries.set(key, [...(entries.get(key) ?? []), entry]);
  }
  return findings.filter((finding) => {
    const entry = entries.get(by.ofFinding(finding))?.find((each) => left.get(each)! > 0);
    if (entry) left.set(entry, left.get(entry)! - 1);
    return entry === undefined;
  });
}

const fingerprintOf = (finding: Finding, { inRepository, digest }: Naming): string =>
  digest(identityOf(finding, { inRepository }));
