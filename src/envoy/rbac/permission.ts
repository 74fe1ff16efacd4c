import type { Permission } from '../config';
import { inRange, rangeText } from '../match/address';
import { stringMismatch } from '../match/string';
import { matchesUriTemplate, uriTemplate } from '../match/uri-template';
import { type Because, type Mismatch, firstMismatch, silently } from '../run/because';
import type { Facts } from './facts';
import { anyMismatch, sharedMismatch } from './shared';
import { inPlainWords } from './words';

/** Why a request is not what the permission speaks of. envoy: Filters::Common::RBAC::Matcher::create(Permission). */
export function permissionMismatch(rule: Permission, facts: Facts, because: Because): Mismatch {
  if (rule.any) return undefined;
  if (rule.andRules) return firstMismatch(rule.andRules.rules, (each) => permissionMismatch(each, facts, because));
  if (rule.orRules) return anyMismatch(rule.orRules.rules, (each) => permissionMismatch(each, facts, because), because);
  if (rule.notRule) return notMismatch(rule.notRule, facts, because);
  return destinationMismatch(rule, facts, because);
}

function notMismatch(rule: Permission, facts: Facts, because: Because): Mismatch {
  if (permissionMismatch(rule, facts, silently) !== undefined) return undefined;
  return because(() => `${inPlainWords(rule)} holds, and must not`);
}

function destinationMismatch(rule: Permission, facts: Facts, because: Because): Mismatch {
  const { destination, sni } = facts.connection;
  const { destinationIp, destinationPort, destinationPortRange: range, uriTemplate: template } = rule;
  if (destinationPort !== undefined) {
    if (destination.port === destinationPort) return undefined;
    return because(() => `the port is ${destination.port}, not ${destinationPort}`);
  }
  if (destinationIp) {
    if (inRange(destinationIp, destination.address)) return undefined;
    return because(() => `the destination is ${destination.address}, not in ${rangeText(destinationIp)}`);
  }
  if (range) {
    if (destination.port >= (range.start ?? 0) && destination.port < (range.end ?? 0)) return undefined;
    return because(() => `the port is ${destination.port}, not from ${range.start ?? 0} up to ${range.end ?? 0}`);
  }
  if (rule.requestedServerName) return stringMismatch(rule.requestedServerName, sni, 'the SNI', because);
  if (!template) return sharedMismatch(rule, facts, because);
  const doubt = facts.headers.doubt(':path');
  if (doubt) return doubt.holds({ kind: 'path' }, template) ? undefined : because(() => 'the path is not known');
  if (facts.headers.has(':path') && matchesUriTemplate(template, facts.headers.path)) return undefined;
  return because(() => `the path is "${facts.headers.path}", not like "${uriTemplate(template)}"`);
}
