import { byFile } from './by-file';
import { messageOf } from './location';
import type { Report } from './report';
import { xmlDocument, xmlText } from './xml';

/** Checkstyle's XML. */
export function checkstyle(report: Report): string {
  const root = xmlDocument('checkstyle', { version: '4.3' });
  for (const { path, findings } of byFile(report)) {
    if (findings.length === 0) continue;
    const file = root.ele('file', { name: path });
    for (const finding of findings) {
      const { rule, severity, place } = finding;
      const { line, column } = place.range.start;
      file.ele('error', { line, column, severity, message: messageOf(finding), source: `meshlint.${rule.name}` });
    }
  }
  return xmlText(root);
}
