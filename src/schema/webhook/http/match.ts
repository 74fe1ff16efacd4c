/** Which requests a route of HTTP is for. */
import type { HTTPMatchRequest, StringMatch } from '../../kinds/networking';
import { all, fields, misspelt, spelt, unlessEmpty, values } from '../checks';
import type { Check } from '../part';
import { gatewayNames } from '../values/gateway-names';
import { matchedHeader } from '../values/headers';
import { label } from '../values/hosts';
import { labels } from '../values/labels';
import { portOrZero } from '../values/numbers';
import { regex } from '../values/regex';

const prefix: Check<string> = (part) => {
  if (part.value === '') part.refuse('an empty prefix matches everything; remove the match', { reason: 'limit' });
};

/** istio: validation.validateStringMatch */
const text = fields<StringMatch>({ prefix, regex });

/** A regular expression alone is checked: paths may have an empty prefix. */
const uri = fields<StringMatch>({ regex });

// `*` is no regular expression, but says that the header must not be there at all.
const unlessPresent: Check<StringMatch> = (part) => {
  if (part.value.regex !== '*') text(part);
};

const headerNames: Check<Record<string, StringMatch>> = (part) => {
  for (const header of part.entries()) {
    const bad = matchedHeader(header.key);
    if (bad) misspelt(header, header.key, bad, 'key');
  }
};

/** istio: validation.validateHTTPRouteMatchRequest */
export const httpMatch = fields<HTTPMatchRequest>({
  authority: text,
  gateways: gatewayNames,
  headers: all(headerNames, values(text)),
  method: text,
  port: portOrZero,
  queryParams: values(text),
  scheme: text,
  sourceLabels: labels,
  sourceNamespace: unlessEmpty(spelt(label)),
  uri,
  withoutHeaders: all(headerNames, values(unlessPresent)),
});
