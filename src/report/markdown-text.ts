import { oneLine } from './location';

/** A code span, also within a table: a backtick would end the span, and a bar the cell. */
export const codeSpan = (text: string): string => `\`${oneLine(text).replace(/`/g, "'").replace(/\|/g, '\\|')}\``;

/** Text that Markdown shows as it is: no markup, HTML, entities, links or pictures. */
export const markdownText = (text: string): string =>
  oneLine(text)
    .replace(/[\\`*_[\]<>|~#&]/g, '\\$&')
    .replace(/:(?=\/\/)|(?<=\bwww)\./gi, '\\$&');
