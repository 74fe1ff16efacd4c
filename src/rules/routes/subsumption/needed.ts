/** What an expression cannot do without. */
import type { Syntax } from '../../../regex/syntax';

/** The longest text that is part of every text an expression takes; empty where there is none. */
export function neededBy(syntax: Syntax): string {
  let [longest, current] = ['', ''];
  const end = (): void => {
    if (current.length > longest.length) longest = current;
    current = '';
  };
  walk(syntax);
  end();
  return longest;

  function walk(part: Syntax): void {
    const character = onlyOne(part);
    if (character !== undefined) current += character;
    else if (part.kind === 'sequence') part.items.forEach(walk);
    else if (part.kind !== 'begin' && part.kind !== 'end') {
      end();
      if (part.kind === 'repeat' && part.least > 0) walk(part.item);
      end();
    }
  }
}

function onlyOne(part: Syntax): string | undefined {
  if (part.kind !== 'one-of' || part.spans.length !== 1) return undefined;
  const [first, last] = part.spans[0]!;
  return first === last ? String.fromCodePoint(first) : undefined;
}
