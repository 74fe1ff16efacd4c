import type { Headers, HeadersHeaderOperations, HTTPRewrite } from '../../kinds/networking';
import type { BadName } from '../../names';
import { each, fields, misspelt, spelt } from '../checks';
import type { Check, Part } from '../part';
import { headerValue, isAuthority, otherHeader, requestHeader } from '../values/headers';

const assigned =
  (nameRule: (name: string) => BadName | undefined): Check<Record<string, string>> =>
  (part) => {
    for (const header of part.entries()) {
      const bad = nameRule(header.key);
      if (bad) misspelt(header, header.key, bad, 'key');
      const badValue = headerValue(header.value);
      if (badValue) misspelt(header, header.value, badValue);
    }
  };

const operations = (nameRule: (name: string) => BadName | undefined) =>
  fields<HeadersHeaderOperations>({
    add: assigned(nameRule),
    set: assigned(nameRule),
    remove: each(spelt(otherHeader)),
  });

/** What a route does to the headers of requests and responses. */
export const headerOperations = fields<Headers>({
  request: operations(requestHeader),
  response: operations(otherHeader),
});

/** The authority of a request can be changed once. istio: validation.validateAuthorityRewrite */
export function oneAuthority(part: Part<{ rewrite?: HTTPRewrite; headers?: Headers }>): void {
  let before = part.value.rewrite?.authority ?? '';
  const request = part.at('headers').at('request');
  for (const header of [...request.at('set').entries(), ...request.at('add').entries()] as Part<string>[]) {
    if (!isAuthority(header.key)) continue;
    if (before !== '')
      header.refuse(`the authority is already set to "${before}"; it can be set only once`, {
        on: 'key',
        reason: 'exclusive',
      });
    before = header.value;
  }
}
