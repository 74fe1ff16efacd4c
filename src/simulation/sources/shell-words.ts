import { RequestError } from '../request-error';
import { own } from '../../source/own';

/** The words of a command line, as a shell reads quotes and escapes; nothing is expanded. */
export function shellWords(line: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  for (const [text] of line.matchAll(PIECE)) {
    if (/^\s/.test(text) || text === '\\\n' || text === '\\\r\n') {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else word = (word ?? '') + plain(text);
  }
  return word === undefined ? words : [...words, word];
}

// Space, $'...', '...', "...", an escaped letter, or anything else; of a quote that nothing closes only the quote.
const PIECE = /\s+|\$'(?:[^'\\]|\\[^])*'|'[^']*'|"(?:[^"\\]|\\[^])*"|\\\r?\n|\\[^]|[^\s'"\\$]+|[^]/g;

function plain(text: string): string {
  if (text === "'" || text === '"') throw new RequestError({ kind: 'open quote', quote: text });
  if (text.startsWith("$'")) return text.slice(2, -1).replace(/\\(n|r|t|x[0-9a-f]{2}|u[0-9a-f]{4}|[^])/gi, escaped);
  if (text.startsWith("'")) return text.slice(1, -1);
  if (text.startsWith('"'))
    return text
      .slice(1, -1)
      .replace(/\\\n/g, '')
      .replace(/\\(["\\$`])/g, '$1');
  return text.startsWith('\\') ? text.slice(1) : text;
}

function escaped(_: string, code: string): string {
  if (/^[xu]./.test(code)) return String.fromCharCode(parseInt(code.slice(1), 16));
  return own({ n: '\n', r: '\r', t: '\t' }, code) ?? code;
}
