import type { CorsPolicy, StringMatch } from '../../kinds/networking';
import { each, fields, spelt } from '../checks';
import type { Check } from '../part';
import { corsHeader } from '../values/headers';
import { wholeSeconds } from '../values/numbers';
import { regex } from '../values/regex';

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'CONNECT', 'OPTIONS', 'TRACE', '*'];

const method: Check<string> = (part) => {
  if (METHODS.includes(part.value)) return;
  const upper = part.value.trim().toUpperCase();
  const meant = METHODS.includes(upper) ? upper : undefined;
  part.refuse(`"${part.value}" is not an HTTP method${meant === undefined ? '' : `; did you mean "${meant}"?`}`, {
    reason: 'enum',
    suggestion: meant === undefined ? undefined : { replaceValue: meant },
  });
};

/** istio: validation.validateAllowOrigins */
const origin: Check<StringMatch> = (part) => {
  const { exact, prefix, regex: pattern } = part.value;
  if (pattern !== undefined) regex(part.at('regex') as never);
  else if (!exact && !prefix) part.refuse('the origin is empty; set "exact", "prefix" or "regex"');
};

const header = spelt(corsHeader);

/** istio: validation.validateCORSPolicy */
export const corsPolicy = fields<CorsPolicy>({
  allowOrigins: each(origin),
  allowMethods: each(method),
  allowHeaders: each(header),
  exposeHeaders: each(header),
  maxAge: wholeSeconds,
});
