import { type Content, type Html, element, markupOf, script, style } from './element';

/** A style sheet or script that a page contains, and its SHA-256 in base64: the page runs no other. */
export interface Embedded {
  readonly text: string;
  readonly hash: string;
}

/** What makes a page of its content. */
export interface PageParts {
  readonly style: Embedded;
  readonly script: Embedded;
}

/** A section of a page, reached by its name in the navigation. */
export interface Section {
  readonly id: string;
  readonly title: string;
  readonly content: Content;
}

/** What a page shows. */
export interface PageContent {
  readonly title: string;
  /** The result in a few words. */
  readonly lead: Content;
  readonly sections: readonly Section[];
}

/** A page that is complete in itself: it loads nothing, sends nothing, and runs no script but its own. */
export function page({ title, lead, sections }: PageContent, parts: PageParts): string {
  const head = element(
    'head',
    {},
    element('meta', { charset: 'utf-8' }),
    element('meta', { 'http-equiv': 'Content-Security-Policy', content: policy(parts) }),
    element('meta', { name: 'viewport', content: 'width=device-width, initial-scale=1' }),
    element('meta', { name: 'referrer', content: 'no-referrer' }),
    element('title', {}, title),
    style(parts.style.text),
  );
  const body = element(
    'body',
    {},
    element('a', { href: '#main', class: 'skip' }, 'Skip to the content'),
    element('header', {}, element('h1', {}, title), element('div', { class: 'lead' }, lead), navigation(sections)),
    element('main', { id: 'main', tabindex: -1 }, sections.map(sectionOf)),
    script(parts.script.text),
  );
  return `<!doctype html>\n${markupOf(element('html', { lang: 'en' }, head, body))}\n`;
}

const policy = ({ style, script }: PageParts): string =>
  [
    "default-src 'none'",
    `style-src 'sha256-${style.hash}'`,
    `script-src 'sha256-${script.hash}'`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');

function navigation(sections: readonly Section[]): Content {
  if (sections.length < 2) return undefined;
  const links = sections.map(({ id, title }) => element('li', {}, element('a', { href: `#${id}` }, title)));
  return element('nav', { 'aria-label': 'Sections' }, element('ul', {}, links));
}

const sectionOf = ({ id, title, content }: Section): Html =>
  element('section', { id, 'aria-labelledby': `${id}-title` }, element('h2', { id: `${id}-title` }, title), content);
