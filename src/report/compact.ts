import { location, oneLine } from './location';
import type { Report } from './report';

/** One line a finding, as compilers print it: `file:line:column: severity: message [rule]`. */
export function compact({ result }: Report): string {
  return result.findings
    .map(({ rule, severity, message, place }) => {
      return `${location(place)}: ${severity}: ${oneLine(message)} [${rule.name}]\n`;
    })
    .join('');
}
