/** Values of authorization policies: addresses, accounts, trust domains, ports, paths. */
import { isAddress, isCidr } from '../../ip';
import type { BadName } from '../../names';

/** Any text but none. istio: security.CheckEmptyValues */
export const notEmpty = (text: string): BadName | undefined =>
  text === '' ? { because: 'is empty, and would match nothing' } : undefined;

/** istio: security.ValidateIPs */
export function addressBlock(text: string): BadName | undefined {
  if (text.includes('/')) return isCidr(text) ? undefined : { because: 'is not an address range such as "10.0.0.0/8"' };
  return isAddress(text) ? undefined : { because: 'is neither an IP address nor a range such as "10.0.0.0/8"' };
}

/** istio: security.ValidatePorts */
export function portText(text: string): BadName | undefined {
  if (text === '') return notEmpty(text);
  return /^\d+$/.test(text) && Number(text) <= 65535 ? undefined : { because: 'is not a port between 1 and 65535' };
}

/** istio: security.CheckServiceAccount */
export function serviceAccount(text: string): BadName | undefined {
  if (text === '') return notEmpty(text);
  if (text.includes('*')) return { because: 'must not contain "*": service accounts are compared exactly' };
  if (new TextEncoder().encode(text).length > 320) return { because: `has more than 320 characters` };
  const pieces = text.split('/');
  return pieces.length > 2 || pieces.includes('')
    ? { because: 'is not of the form "account" or "namespace/account"' }
    : undefined;
}

/** A text with one `*` at an end. istio: security.CheckWildcardValues */
export function wildcard(text: string): BadName | undefined {
  if (text === '') return notEmpty(text);
  const stars = text.split('*').length - 1;
  if (stars > 1) return { because: 'has more than one "*"' };
  return stars === 0 || text.startsWith('*') || text.endsWith('*')
    ? undefined
    : { because: 'has a "*" in the middle; it is allowed only at the beginning or the end' };
}

/** istio: security.CheckTrustDomainValues */
export const trustDomain = (text: string): BadName | undefined =>
  wildcard(text) ?? (text.includes('/') ? { because: 'has a "/", which no trust domain has' } : undefined);

const LITERAL = /^[a-zA-Z0-9\-._~%!$&'()+,;:@=]+$/;

/** A path, perhaps with `{*}` for one part of it and `{**}` for what is left. istio: security.CheckValidPathTemplate */
export function path(text: string): BadName | undefined {
  if (text === '') return notEmpty(text);
  const isTemplate = text.includes('{*}') || text.includes('{**}');
  const parts = text.replace(/^\/+|\/+$/g, '').split('/');
  let isOpen = false;
  for (const part of parts) {
    const isOperator = part === '{*}' || part === '{**}';
    if (isOperator && isOpen) return { because: 'has text after "{**}", which must be the last operator' };
    isOpen ||= part === '{**}';
    if (isOperator) continue;
    if (/[{}]/.test(part)) return { because: 'has braces; "{*}" and "{**}" as whole parts of the path are allowed' };
    if (isTemplate && !LITERAL.test(part))
      return { because: `has the path segment "${part}", which is not allowed in a path with "{*}" or "{**}"` };
  }
  return undefined;
}
