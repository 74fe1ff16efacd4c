/** What a terminal shows, as an SVG picture. */

const LINE_HEIGHT = 18;
const CHARACTER_WIDTH = 8.4;
const MARGIN = 16;

/** The colours of a dark terminal, by the codes with which chalk asks for them. */
const COLOURS: Record<string, string> = {
  31: '#ff7b72',
  32: '#7ee787',
  33: '#e3b341',
  34: '#79c0ff',
  35: '#d2a8ff',
  36: '#76e3ea',
  90: '#8b949e',
};

interface Look {
  colour?: string;
  bold?: boolean;
  dim?: boolean;
}

/** Draws text with colour codes, a line below the other. */
export function picture(text: string): string {
  const lines = text.trimEnd().split('\n');
  const plain = lines.map((line) => line.replaceAll(CODE, ''));
  const width = Math.ceil(Math.max(...plain.map((line) => line.length)) * CHARACTER_WIDTH) + 2 * MARGIN;
  const height = lines.length * LINE_HEIGHT + 2 * MARGIN;
  let look: Look = {};
  const rows = lines.map((line, index) => {
    const row = drawn(line, look);
    look = row.look;
    return `<text x="${MARGIN}" y="${MARGIN + (index + 1) * LINE_HEIGHT - 5}">${row.spans}</text>`;
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}">`,
    `<rect width="100%" height="100%" rx="8" fill="#0d1117"/>`,
    `<g font-family="ui-monospace, Menlo, Consolas, monospace" font-size="14" fill="#e6edf3" xml:space="preserve">`,
    ...rows,
    '</g>',
    '</svg>',
    '',
  ].join('\n');
}

const CODE = /\u001b\[([\d;]*)m/g;

function drawn(line: string, before: Look): { spans: string; look: Look } {
  let look = before;
  let spans = '';
  let from = 0;
  for (const { 0: code, 1: numbers = '', index } of line.matchAll(CODE)) {
    spans += span(line.slice(from, index), look);
    look = numbers.split(';').reduce(changed, look);
    from = index + code.length;
  }
  return { spans: spans + span(line.slice(from), look), look };
}

function changed(look: Look, code: string): Look {
  if (code === '0' || code === '') return {};
  if (code === '1') return { ...look, bold: true };
  if (code === '2') return { ...look, dim: true };
  if (code === '22') return { ...look, bold: false, dim: false };
  if (code === '39') return withoutColour(look);
  return COLOURS[code] ? { ...look, colour: COLOURS[code] } : look;
}

function withoutColour({ colour, ...look }: Look): Look {
  return look;
}

function span(text: string, { colour, bold, dim }: Look): string {
  if (text === '') return '';
  const escaped = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  const attributes = [colour && ` fill="${colour}"`, bold && ' font-weight="bold"', dim && ' opacity="0.65"'].filter(
    Boolean,
  );
  return attributes.length > 0 ? `<tspan${attributes.join('')}>${escaped}</tspan>` : escaped;
}
