import type { Extension, RegexMatcher } from '../config';
import { perObject } from '../run/lookup';
import { withoutQuery } from './path';
import { matchesAll } from './regex';

// envoy: uri_template_internal: what one segment, and what any number of them, may be made of.
const SEGMENT = "[a-zA-Z0-9\\-._~%!$&'()+,;:@=]+";
const SEGMENTS = "[a-zA-Z0-9\\-._~%!$&'()+,;:@=/]*";

const expressionOf = perObject((extension: Extension): RegexMatcher => ({ regex: translate(uriTemplate(extension)) }));

/** envoy: UriTemplateMatcher::match. Templates such as `/a/*`, `/a/**` and `/a/{name=b/*}`. */
export function matchesUriTemplate(extension: Extension, path: string): boolean {
  return matchesAll(expressionOf(extension), withoutQuery(path));
}

/** The template as it is written. */
export function uriTemplate({ typedConfig = {} }: Extension): string {
  return 'pathTemplate' in typedConfig ? String(typedConfig.pathTemplate) : '';
}

function translate(template: string): string {
  const withoutVariables = template.replace(/\{[^{}=]*(?:=([^{}]*))?\}/g, (_, pattern?: string) => pattern ?? '*');
  return withoutVariables.replace(/\*\*|\*|[.+()[\]{}^$|?\\]/g, (found) => {
    if (found === '**') return SEGMENTS;
    return found === '*' ? SEGMENT : `\\${found}`;
  });
}
