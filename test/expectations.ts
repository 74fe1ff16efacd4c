import type { Finding } from '../src/rules/rule';
import type { SourceFile } from '../src/source/file';

const EXPECT = /#\s*expect:\s*([\w-]+)(?:\s+"(.*?)"(?=\s*(?:#|$)))?/g;

/** A finding that a fixture announces: `# expect: rule-name "part of the message"` on its line or on the lines above it. */
export interface Expectation {
  file: string;
  line: number;
  rule: string;
  message: string;
}

/** The expectations written into a file. */
export function expectationsIn({ path, text }: SourceFile): Expectation[] {
  const lines = text.split('\n');
  return lines.flatMap((content, index) => {
    const alone = content.trim().startsWith('#') && !content.includes('meshlint:');
    const line = alone ? nextContentLine(lines, index) : index;
    return [...content.matchAll(EXPECT)].map(([, rule = '', message = '']) => ({
      file: path,
      line: line + 1,
      rule,
      message,
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
  for (const { rule, message, place } of findings) {
    const { line } = place.range.start;
    const at = open.findIndex(
      (item) =>
        item.rule === rule.name &&
        item.line === line &&
        item.file === place.file.path &&
        message.includes(item.message),
    );
    if (at >= 0) open.splice(at, 1);
    else extra.push(`${place.file.path}:${line} ${rule.name} ${message}`);
  }
  return { missing: open.map(({ file, line, rule, message }) => `${file}:${line} ${rule} "${message}"`), extra };
}
