import type { Rule } from '../rules/rule';

/** A rule's docs without the indentation of its source file. */
export function docsOf({ docs }: Rule): string {
  const lines = docs
    .replace(/^\s*\n/, '')
    .trimEnd()
    .split('\n');
  const margins = lines.filter((line) => line.trim()).map((line) => line.length - line.trimStart().length);
  const margin = Math.min(...margins);
  return lines.map((line) => line.slice(margin).trimEnd()).join('\n');
}
