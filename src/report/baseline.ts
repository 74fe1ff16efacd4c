import type { Finding } from '../rules/rule';
import { fault } from './fingerprint';
import { oneLine } from './location';
import type { Report } from './report';

/** The version of what a baseline file holds. */
export const BASELINE_VERSION = 1;

/** Findings that are known already, so that only new ones are told. */
export interface Baseline {
  readonly version: typeof BASELINE_VERSION;
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

/** What a baseline does not know, and how much of what it knows is there and is gone. */
export interface Compared {
  readonly findings: Finding[];
  readonly known: number;
  readonly gone: number;
}

/** Holds findings against a baseline: of the same fault as many are left out as it counts. */
export function compared(findings: readonly Finding[], baseline: Baseline, naming: Naming): Compared {
  const left = new Map(baseline.findings.map(({ fingerprint, count }) => [fingerprint, count]));
  const news = findings.filter((finding) => {
    const fingerprint = fingerprintOf(finding, naming);
    const count = left.get(fingerprint) ?? 0;
    left.set(fingerprint, count - 1);
    return count <= 0;
  });
  const gone = [...left.values()].reduce((sum, count) => sum + Math.max(count, 0), 0);
  return { findings: news, known: findings.length - news.length, gone };
}

const fingerprintOf = (finding: Finding, { inRepository, digest }: Naming): string =>
  digest(fault(finding, { inRepository }));
