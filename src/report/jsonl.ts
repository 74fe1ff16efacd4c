import { findingJson } from './json';
import type { Report } from './report';

/** One JSON object a line, each a finding as in `json`. */
export function jsonl({ result }: Report): string {
  return result.findings.map((finding) => `${JSON.stringify(findingJson(finding))}\n`).join('');
}
