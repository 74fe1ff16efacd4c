import type { Finding, Severity } from '../rules/rule';
import type { Place } from '../source/file';
import type { Position } from '../source/lines';
import { messageOf, placeInRepository } from './location';
import type { Report } from './report';

const SEVERITY: Record<Severity, string> = { error: 'ERROR', warning: 'WARNING', info: 'INFO' };
const utf8 = new TextEncoder();

/** Reviewdog's diagnostics, one JSON object a line. */
export function rdjsonl({ result }: Report): string {
  return result.findings.map((finding) => `${JSON.stringify(diagnostic(finding))}\n`).join('');
}

function diagnostic(finding: Finding): object {
  const { rule, severity, place, related, fix } = finding;
  return {
    message: messageOf(finding),
    location: located(place),
    severity: SEVERITY[severity],
    source: { name: 'meshlint' },
    code: { value: rule.name },
    ...(related.length && {
      related_locations: related.map((other) => ({ message: other.message, location: located(other.place) })),
    }),
    ...(fix && { suggestions: suggestions(fix) }),
  };
}

function located(place: Place): object {
  const { file, range } = placeInRepository(place);
  const position = ({ line, column }: Position) => ({ line, column: byteColumn(file, line, column) });
  return { path: file.path, range: { start: position(range.start), end: position(range.end) } };
}

/** Reviewdog counts columns in bytes. */
function byteColumn(file: Place['file'], line: number, column: number): number {
  const start = file.offsetOfLine(line);
  return utf8.encode(file.text.slice(start, start + column - 1)).length + 1;
}

function suggestions({ edits }: NonNullable<Finding['fix']>): object[] {
  return edits().map(({ file, start, end, text }) => {
    const { range } = located(file.spot({ start, end })) as { range: object };
    return { range, text };
  });
}
