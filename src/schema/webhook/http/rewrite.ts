import type { HTTPRewrite, RegexRewrite } from '../../kinds/networking';
import { fields, missing } from '../checks';
import type { Check } from '../part';
import { regex } from '../values/regex';

/** istio: validation.validateURIRegexRewrite */
const regexRewrite = fields<RegexRewrite>(
  {
    match: (part) => {
      if (part.value) regex(part);
    },
  },
  (part) => {
    for (const name of ['match', 'rewrite'] as const) if (!part.value[name]) missing(part, name);
  },
);

const something: Check<HTTPRewrite> = (part) => {
  const { authority, uri, uriRegexRewrite } = part.value;
  if (uri && uriRegexRewrite)
    part
      .at('uriRegexRewrite')
      .refuse('"uriRegexRewrite" and "uri" are mutually exclusive', { on: 'key', reason: 'exclusive' });
  if (!uri && !uriRegexRewrite && !authority)
    part.refuse('the rewrite changes nothing; set "uri", "uriRegexRewrite" or "authority"', { on: 'key' });
};

/** istio: validation.validateHTTPRewrite */
export const rewrite = fields<HTTPRewrite>({ uriRegexRewrite: regexRewrite }, something);
