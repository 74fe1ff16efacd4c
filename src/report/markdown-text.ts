/** A code span, also within a table: a backtick would end the span, and a bar the cell. */
export const codeSpan = (text: string): string => `\`${inLine(text).replace(/`/g, "'").replace(/\|/g, '\\|')}\``;

/** Text that Markdown shows as it is: no markup, HTML, entities, links or pictures. */
export const markdownText = (text: string): string =>
  inLine(text)
    .replace(/[\\`*_[\]<>|~#&]/g, '\\$&')
    .replace(/:(?=\/\/)|(?<=\bwww)\./gi, '\\$&');

const inLine = (text: string): string => text.replace(/\s*[\r\n]+\s*/g, ' ');
