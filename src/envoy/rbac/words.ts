import type { Permission, Principal } from '../config';
import { rangeText } from '../match/address';
import { quoted, wanted } from '../match/string';
import { uriTemplate } from '../match/uri-template';

/** What a permission or principal asks for, as a clause: used where it held and must not have. */
export function inPlainWords(rule: Permission & Principal): string {
  const inner = [
    ...(rule.andRules?.rules ?? rule.andIds?.ids ?? []),
    ...(rule.orRules?.rules ?? rule.orIds?.ids ?? []),
  ].map(inPlainWords);
  if (inner.length) return inner.join(rule.orRules || rule.orIds ? ' or ' : ' and ');
  const negated = rule.notRule ?? rule.notId;
  if (negated) return `not ${inPlainWords(negated)}`;
  return ofDestination(rule) ?? ofClient(rule) ?? ofEither(rule);
}

function ofDestination(rule: Permission): string | undefined {
  if (rule.destinationPort !== undefined) return `port ${rule.destinationPort}`;
  if (rule.destinationIp) return `a destination in ${rangeText(rule.destinationIp)}`;
  if (rule.requestedServerName) return `an SNI that is ${wanted(rule.requestedServerName)}`;
  return rule.uriTemplate && `a path like "${uriTemplate(rule.uriTemplate)}"`;
}

function ofClient({ authenticated, directRemoteIp, sourceIp, remoteIp }: Principal): string | undefined {
  if (authenticated)
    return authenticated.principalName ? `a client that is ${wanted(authenticated.principalName)}` : 'any certificate';
  const range = directRemoteIp ?? sourceIp ?? remoteIp;
  return range && `an address in ${rangeText(range)}`;
}

function ofEither({ header, urlPath, metadata, filterState, any }: Permission & Principal): string {
  if (any) return 'anything';
  if (header)
    return header.stringMatch
      ? `header ${quoted(header.name)} that is ${wanted(header.stringMatch)}`
      : `header ${quoted(header.name)}`;
  if (urlPath?.path) return `a path that is ${wanted(urlPath.path)}`;
  const value = metadata?.value?.stringMatch ?? filterState?.stringMatch;
  const key = metadata
    ? [metadata.filter, ...(metadata.path ?? []).map((each) => each.key)].join('.')
    : filterState?.key;
  return key === undefined ? 'a rule of an unknown kind' : `${quoted(key)}${value ? ` that is ${wanted(value)}` : ''}`;
}
