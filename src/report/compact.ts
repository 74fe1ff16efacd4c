import { location, messageOf, oneLine } from './location';
import type { Report } from './report';

/** One line a finding, as compilers print it: `file:line:column: severity: message [rule]`. */
export function compact({ result }: Report): string {
  return result.findings
    .map((finding) => {
      const { rule, severity, place } = finding;
      return `${location(place)}: ${severity}: ${oneLine(messageOf(finding))} [${rule.name}]\n`;
    })
    .join('');
}
