/** Markup in which every text is escaped: elements are made of values, never of text that is put together. */
import { own } from '../../source/own';
import { withoutControls } from '../visible';

/** Text that is HTML already. Only this file makes it. */
class Markup {
  constructor(readonly text: string) {}
}

export type Html = Markup;

/** What an element may contain; `undefined` and `false` are nothing. */
export type Content = Html | string | number | undefined | false | readonly Content[];

type Attributes = Readonly<Record<string, string | number | boolean | undefined>>;

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text as HTML shows it: no markup, and no characters that hide or reorder it. Every text of a page passes through here. */
const escaped = (text: string): string =>
  withoutControls(text).replace(/[&<>"']/g, (character) => own(ENTITIES, character) ?? character);

/** Elements that have no content and no end tag. */
const VOID = new Set(['meta', 'input', 'br']);

/** An element. Its name and the names of its attributes are ours; the values and texts may be anyone's. */
export function element(name: string, attributes: Attributes = {}, ...content: readonly Content[]): Html {
  const start = `<${name}${Object.entries(attributes).map(attribute).join('')}>`;
  return new Markup(VOID.has(name) ? start : `${start}${content.map(markupOf).join('')}</${name}>`);
}

function attribute([name, value]: [string, Attributes[string]]): string {
  if (value === undefined || value === false) return '';
  return value === true ? ` ${name}` : ` ${name}="${escaped(String(value))}"`;
}

/** Content as text of a page. */
export function markupOf(content: Content): string {
  if (content === undefined || content === false) return '';
  if (typeof content === 'string') return escaped(content);
  if (typeof content === 'number') return String(content);
  return content instanceof Markup ? content.text : content.map(markupOf).join('');
}

/** A link to a page of the web; another address is shown as text, since it could run a script. */
export const link = (address: string, text: string): Html | string =>
  /^https?:\/\//i.test(address) ? element('a', { href: address, rel: 'noopener noreferrer' }, text) : text;

/** A button that copies a text. It is shown where the script of the page runs. */
export const copyButton = (text: string, what: string): Html =>
  element(
    'button',
    { type: 'button', class: 'copy', 'data-copy': text, 'aria-label': `Copy ${what}`, hidden: true },
    'Copy',
  );

/** A script of ours. */
export const script = (text: string): Html => new Markup(`<script>${text}</script>`);

/** A style sheet of ours. */
export const style = (text: string): Html => new Markup(`<style>${text}</style>`);
