import type { CidrRange, Principal, StringMatcher } from '../config';
import { inRange, rangeText } from '../match/address';
import { matchesString, wanted } from '../match/string';
import { type Because, type Mismatch, firstMismatch, silently } from '../run/because';
import type { Facts } from './facts';
import { anyMismatch, sharedMismatch } from './shared';
import { inPlainWords } from './words';

/** Why a client is not whom the principal speaks of. envoy: Filters::Common::RBAC::Matcher::create(Principal). */
export function principalMismatch(rule: Principal, facts: Facts, because: Because): Mismatch {
  if (rule.any) return undefined;
  if (rule.andIds) return firstMismatch(rule.andIds.ids, (each) => principalMismatch(each, facts, because));
  if (rule.orIds) return anyMismatch(rule.orIds.ids, (each) => principalMismatch(each, facts, because), because);
  if (rule.notId) return notMismatch(rule.notId, facts, because);
  return identityMismatch(rule, facts, because);
}

function notMismatch(rule: Principal, facts: Facts, because: Because): Mismatch {
  if (principalMismatch(rule, facts, silently) !== undefined) return undefined;
  return because(() => `${inPlainWords(rule)} holds, and must not`);
}

function identityMismatch(rule: Principal, facts: Facts, because: Because): Mismatch {
  const { source } = facts.connection;
  const address = (range: CidrRange, actual: string, of: string): Mismatch => {
    const fits = facts.assumptions?.holds({ kind: 'client address' }, range) ?? inRange(range, actual);
    return fits ? undefined : because(() => `${of} is ${actual}, not in ${rangeText(range)}`);
  };

  if (rule.authenticated) return nameMismatch(rule.authenticated.principalName, facts, because);
  if (rule.directRemoteIp && facts.connection.isInternal)
    return because(() => 'the peer is a listener of the same proxy, which has no address');
  if (rule.directRemoteIp) return address(rule.directRemoteIp, source.address, 'the address of the peer');
  if (rule.sourceIp) return address(rule.sourceIp, source.address, 'the address of the peer');
  if (rule.remoteIp) return address(rule.remoteIp, facts.remoteAddress, "the client's address");
  return sharedMismatch(rule, facts, because);
}

/** envoy: AuthenticatedMatcher: any URI or DNS name of the certificate, or else its subject. */
function nameMismatch(name: StringMatcher | undefined, { connection }: Facts, because: Because): Mismatch {
  const { tls } = connection;
  if (!tls) return because(() => `the client uses plaintext${name ? `, expected ${wanted(name)}` : ''}`);
  if (!name) return undefined;
  const { uriSans = [], dnsSans = [], subject = '' } = tls.peer ?? {};
  const names = [...uriSans, ...dnsSans];
  if ([...names, subject].some((each) => matchesString(name, each))) return undefined;
  return because(
    () => `the client is ${names.map((each) => `"${each}"`).join(', ') || subject || 'nobody'}, not ${wanted(name)}`,
  );
}
