import type { Extension, Integer64 } from './any';

export interface RegexMatcher {
  regex?: string;
}

export interface StringMatcher {
  exact?: string;
  prefix?: string;
  suffix?: string;
  contains?: string;
  safeRegex?: RegexMatcher;
  custom?: Extension;
  ignoreCase?: boolean;
}

export interface ListStringMatcher {
  patterns?: StringMatcher[];
}

export interface HeaderMatcher {
  name: string;
  stringMatch?: StringMatcher;
  exactMatch?: string;
  prefixMatch?: string;
  suffixMatch?: string;
  containsMatch?: string;
  safeRegexMatch?: RegexMatcher;
  rangeMatch?: Int64Range;
  presentMatch?: boolean;
  invertMatch?: boolean;
  treatMissingHeaderAsEmpty?: boolean;
}

/** From `start` up to, but not including, `end`. */
export interface Int64Range {
  start?: Integer64;
  end?: Integer64;
}

export interface QueryParameterMatcher {
  name: string;
  stringMatch?: StringMatcher;
  presentMatch?: boolean;
}

export interface PathMatcher {
  path?: StringMatcher;
}

export interface MetadataMatcher {
  filter?: string;
  path?: { key?: string }[];
  value?: ValueMatcher;
  invert?: boolean;
}

export interface ValueMatcher {
  nullMatch?: object;
  doubleMatch?: { exact?: number; range?: { start?: number; end?: number } };
  stringMatch?: StringMatcher;
  boolMatch?: boolean;
  presentMatch?: boolean;
  listMatch?: { oneOf?: ValueMatcher };
  orMatch?: { valueMatchers?: ValueMatcher[] };
}

export interface FilterStateMatcher {
  key?: string;
  stringMatch?: StringMatcher;
}
