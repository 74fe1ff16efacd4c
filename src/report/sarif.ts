import type { Invocation, Location, Log, Notification, PhysicalLocation, ReportingDescriptor, Result } from 'sarif';
import type { Finding, Rule, Severity } from '../rules/rule';
import type { Place } from '../source/file';
import { docsOf } from './docs';
import { fingerprints } from './fingerprint';
import { messageOf, oneLine, placeInRepository } from './location';
import type { Report } from './report';
import { percentEncoded } from '../source/percent-encoding';

const SCHEMA = 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json';

/** What GitHub takes of a file; it refuses the whole of one with more. */
const LIMITS = { results: 25_000, related: 100, tags: 10, characters: 1024 } as const;
const LEVEL: Record<Severity, 'error' | 'warning' | 'note'> = { error: 'error', warning: 'warning', info: 'note' };

/** SARIF 2.1.0, as GitHub's code scanning and others read it. */
export function sarif(report: Report): string {
  const marks = fingerprints(report);
  const marked = report.result.findings.map((finding, index) => ({ finding, fingerprint: marks[index]! }));
  const kept = marked.length > LIMITS.results ? worstFirst(marked).slice(0, LIMITS.results) : marked;
  const rules = [...new Set(kept.map(({ finding }) => finding.rule))];
  const numbers = new Map(rules.map((rule, index) => [rule, index]));
  const log: Log = {
    $schema: SCHEMA,
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'meshlint',
            version: report.version,
            semanticVersion: report.version,
            rules: rules.map(descriptor),
          },
        },
        invocations: [invocation(marked.length - kept.length, report.result.faults)],
        originalUriBaseIds: { SRCROOT: { description: { text: 'The root of the repository.' } } },
        columnKind: 'utf16CodeUnits',
        results: kept.map(({ finding, fingerprint }) => {
          return resultOf(finding, fingerprint, numbers.get(finding.rule)!, report);
        }),
      },
    ],
  };
  return `${JSON.stringify(log, null, 2)}\n`;
}

function worstFirst<Item extends { finding: Finding }>(items: readonly Item[]): Item[] {
  const order: readonly Severity[] = ['error', 'warning', 'info'];
  return order.flatMap((severity) => items.filter(({ finding }) => finding.severity === severity));
}

function descriptor(rule: Rule): ReportingDescriptor {
  const docs = docsOf(rule);
  return {
    id: rule.name,
    shortDescription: { text: shortened(rule.summary) },
    fullDescription: { text: shortened(`${rule.summary} ${oneLine(docs)}`) },
    helpUri: rule.url,
    help: { text: docs, markdown: `${rule.summary}\n\n${docs}` },
    defaultConfiguration: {
      level: LEVEL[rule.severity],
      ...((rule.isOptional || rule.isRemark) && { enabled: false }),
    },
    properties: { tags: [rule.category, ...rule.sameAs].slice(0, LIMITS.tags) },
  };
}

const shortened = (text: string): string =>
  text.length > LIMITS.characters ? `${text.slice(0, LIMITS.characters - 3)}...` : text;

function invocation(leftOut: number, faults: Report['result']['faults']): Invocation {
  const failed = faults.map(({ where }): Notification => ({
    level: 'error',
    message: { text: `internal fault in ${where}: what it would have found is missing` },
  }));
  const text = `${leftOut} of the less severe findings are left out, because no more than ${LIMITS.results} may be given`;
  const notes = [...failed, ...(leftOut ? [{ level: 'warning' as const, message: { text } }] : [])];
  return { executionSuccessful: !failed.length, ...(notes.length && { toolExecutionNotifications: notes }) };
}

function resultOf(finding: Finding, fingerprint: string, ruleIndex: number, report: Report): Result {
  const { rule, severity, place, fix } = finding;
  const related = finding.related.slice(0, LIMITS.related);
  return {
    ruleId: rule.name,
    ruleIndex,
    level: LEVEL[severity],
    message: { text: linked(finding) },
    locations: [locationOf(place, report)],
    ...(related.length && {
      relatedLocations: related.map((other, index) => ({
        id: index + 1,
        ...locationOf(other.place, report),
        message: { text: other.message },
      })),
    }),
    // The one name that GitHub reads.
    partialFingerprints: { primaryLocationLineHash: fingerprint },
    ...(fix && { fixes: [fixOf(fix, report)] }),
  };
}

/** GitHub shows a related location only where the message links to it. */
function linked(finding: Finding): string {
  const links = finding.related
    .slice(0, LIMITS.related)
    .map((other, index) => `[${escaped(other.message)}](${index + 1})`);
  return links.length ? `${messageOf(finding)} (see ${links.join(', ')})` : messageOf(finding);
}

const escaped = (linkText: string): string => linkText.replace(/[[\]\\]/g, '\\$&');

function locationOf(place: Place, { inRepository }: Report): Location {
  const { resource, pathText } = place;
  const name = resource && [resource.title, pathText].filter(Boolean).join(' ');
  return {
    physicalLocation: physical(placeInRepository(place), inRepository),
    ...(name && { logicalLocations: [{ fullyQualifiedName: name, kind: 'resource' }] }),
  };
}

function physical(
  { file, range: { start, end } }: Pick<Place, 'file' | 'range'>,
  inRepository: Report['inRepository'],
): PhysicalLocation {
  return {
    artifactLocation: artifact(inRepository(file.path)),
    region: { startLine: start.line, startColumn: start.column, endLine: end.line, endColumn: end.column },
  };
}

function artifact(path: string): { uri: string; uriBaseId?: string } {
  const uri = path.split('/').map(percentEncoded).join('/');
  return path.startsWith('/') ? { uri: `file://${uri}` } : { uri, uriBaseId: 'SRCROOT' };
}

function fixOf({ title, edits }: NonNullable<Finding['fix']>, { inRepository }: Report) {
  return {
    description: { text: title },
    artifactChanges: edits().map(({ file, start, end, text }) => {
      const place = file.spot({ start, end });
      const { artifactLocation, region } = physical(place, inRepository);
      return {
        artifactLocation: artifactLocation!,
        replacements: [{ deletedRegion: region!, insertedContent: { text } }],
      };
    }),
  };
}
