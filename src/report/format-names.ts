import type { FormatName } from './formats';

/** The names of the formats, apart from the formats themselves so that the command line's help loads none of them. */
export const FORMAT_NAMES: readonly FormatName[] = [
  'text',
  'compact',
  'json',
  'jsonl',
  'sarif',
  'junit',
  'github',
  'gitlab',
  'checkstyle',
  'rdjsonl',
  'markdown',
  'html',
];
