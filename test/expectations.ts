import type { Finding } from '../src/rules/rule';
import type { SourceFile } from '../src/source/file';

const EXPECT =
  /#\s*expect:\s*([\w-]+)(?::(error|warning|info))?(?:@(\d+))?(?:\s+"(.*?)"(?:\s+as\s+([A-Za-z\d, ]+))?(?=\s*(?:#|$)))?/g;

/**
 * A finding that a fixture announces: `# expect: rule-name "part of the message"` on its line or on the lines above it, and
 * `rule-name@15` where the column is asserted too, `rule-name:warning` where the severity is. After the message, `as KIA0201, IST0109` or `as nothing` asserts of which other
 * tools' codes it is the counterpart.
 */
export interface Expectation {
  file: string;
  line: number;
  column: number | undefined;
  severity: string | undefined;
  rule: string;
  message: string;
  sameAs: readonly string[] | undefined;
}

/** The expectations written into a file. */
export function expectationsIn({ path, text }: SourceFile): Expectation[] {
  const lines = text.split('\n');
  return lines.flatMap((content, index) => {
    const alone = content.trim().startsWith('#') && !content.includes('meshlint:');
    const line = alone ? nextContentLine(lines, index) : index;
    return [...content.matchAll(EXPECT)].map(([, rule = '', severity, column, message = '', codes]) => ({
      file: path,
      line: line + 1,
      column: column === undefined ? undefined : Number(column),
      severity,
      rule,
      message,
      sameAs: codes === 'nothing' ? [] : codes?.split(/[, ]+/).filter(Boolean),
    }));
  });
}

function nextContentLine(lines: readonly string[], from: number): number {
  let next = from;
  while (next < lines.length - 1 && /^\s*(#|$)/.test(lines[next]!)) next++;
  return next;
}

/** What was expected and not found, and found and not expected, as lines that a person can read. */
export function compare(
  expected: readonly Expectation[],
  findings: readonly Finding[],
): { missing: string[]; extra: string[] } {
  const open = [...expected];
  const extra: string[] = [];
  for (const { rule, severity, message, place, sameAs = [] } of findings) {
    const { line, column } = place.range.start;
    const at = open.findIndex(
      (item) =>
        item.rule === rule.name &&
        item.line === line &&
        (item.column ?? column) === column &&
        (item.severity ?? severity) === severity &&
        item.file === place.file.path &&
        message.includes(item.message) &&
        (item.sameAs ?? sameAs).join() === sameAs.join(),
    );
    if (at >= 0) open.splice(at, 1);
    else extra.push(`${place.file.path}:${line}:${column} ${rule.name} ${message} (${severity})`);
  }
  const missing = open.map(
    ({ file, line, column, rule, message }) => `${file}:${line}${column ? `:${column}` : ''} ${rule} "${message}"`,
  );
  return { missing, extra };
}
