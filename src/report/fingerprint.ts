import type { Finding } from '../rules/rule';
import type { Report } from './report';

type Repository = Pick<Report, 'inRepository'>;

/**
 * What makes two findings of different states of a repository the same fault: the rule, the object, the field and what it is about.
 * Neither the words of the message nor a line, the number of a list's item or the version of an API: better words, text that moves
 * and a route inserted before do not make a new fault.
 */
export function identityOf({ rule, about, place }: Finding, { inRepository }: Repository): string {
  const { resource, file } = place;
  const subject = resource
    ? [resource.group, resource.kind, resource.namespace, resource.name]
    : [inRepository(file.path)];
  return JSON.stringify([rule.name, ...subject, place.pathText.replace(/\[\d+\]/g, '[]'), about]);
}

/** Those findings that an earlier state did not have: of the same fault as many are skipped as it had. */
export function newFindings(findings: readonly Finding[], earlier: readonly Finding[], of: Repository): Finding[] {
  const known = new Map<string, number>();
  for (const finding of earlier) count(known, identityOf(finding, of), 1);
  return findings.filter((finding) => count(known, identityOf(finding, of), -1) < 0);
}

/** Adds to a count and returns the new one. */
function count(counts: Map<string, number>, key: string, change: number): number {
  const total = (counts.get(key) ?? 0) + change;
  counts.set(key, total);
  return total;
}

/** A fingerprint for each finding, unique within the report: the hash of its identity, and its number among those of the same one. */
export function fingerprints({ result, inRepository, digest }: Report): string[] {
  const seen = new Map<string, number>();
  return result.findings.map((finding) => {
    const hash = digest(identityOf(finding, { inRepository }));
    const number = (seen.get(hash) ?? 0) + 1;
    seen.set(hash, number);
    return `${hash}:${number}`;
  });
}
