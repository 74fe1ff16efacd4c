import type { Format } from './report';

/** Every format of `lint --format`, loaded when it is asked for. */
const FORMATS = {
  text: async () => (await import('./text')).text,
  compact: async () => (await import('./compact')).compact,
  json: async () => (await import('./json')).json,
  jsonl: async () => (await import('./jsonl')).jsonl,
  sarif: async () => (await import('./sarif')).sarif,
  junit: async () => (await import('./junit')).junit,
  github: async () => (await import('./github')).github,
  gitlab: async () => (await import('./gitlab')).gitlab,
  checkstyle: async () => (await import('./checkstyle')).checkstyle,
  rdjsonl: async () => (await import('./rdjsonl')).rdjsonl,
  html: async () => (await import('./html')).html,
  markdown: async () => (await import('./markdown')).markdown,
} satisfies Record<string, () => Promise<Format>>;

/** The name of a format. */
export type FormatName = keyof typeof FORMATS;

/** The format of a name. */
export const formatNamed = (name: FormatName): Promise<Format> => FORMATS[name]();
