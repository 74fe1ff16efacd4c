import { type Content, type Html, element } from './element';

/** The documentation of a rule: paragraphs, lists, indented examples and `code` of Markdown, and nothing else of it. */
export const prose = (text: string): Html[] => text.split(/\n{2,}/).map(blockOf);

function blockOf(block: string): Html {
  const lines = block.split('\n').filter((line) => line.trim());
  if (lines.every((line) => /^ {4}/.test(line)))
    return element('pre', {}, lines.map((line) => line.slice(4)).join('\n'));
  if (lines[0]?.startsWith('- '))
    return element(
      'ul',
      {},
      itemsOf(lines).map((item) => element('li', {}, spans(item))),
    );
  return element('p', {}, spans(lines.join(' ')));
}

/** The items of a list, each with the lines that continue it. */
function itemsOf(lines: readonly string[]): string[] {
  const items: string[] = [];
  for (const line of lines) {
    if (line.startsWith('- ')) items.push(line.slice(2));
    else items.push(`${items.pop() ?? ''} ${line.trim()}`);
  }
  return items;
}

const spans = (text: string): Content =>
  text.split(/`([^`]+)`/).map((part, index) => (index % 2 ? element('code', {}, part) : part));
