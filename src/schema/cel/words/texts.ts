import { parseDuration } from '../../duration';
import { isIp } from '../../ip';
import { dnsSubdomain, qualifiedName } from '../../names';
import { type RuleMessage, type RuleText, key, quote, value } from './rule-message';

/** The rules about single texts, names and durations in the Gateway API. */
export const textTellers: readonly RuleMessage[] = [
  ['self.all(h,!isIP(h))', (hosts: string[]) => host(hosts, isIp, 'is an IP address; expected a host name')],
  [
    /^self\.all\(h,!?h\.contains\('\*'\)\?/,
    (hosts: string[]) => host(hosts, isNoHost, 'is not a host name, with "*." in front or not'),
  ],
  [/^self\.all\(key,key\.(matches|split)/, badKey],
  [/^!\(duration\(self\)<duration\('1s'\)/, (text: string) => duration(text, 'is not between 1s and 1h')],
  [/^!\(duration\(self\)==duration\('0s'\)/, (text: string) => duration(text, 'is not more than 0s and at most 1h')],
  [
    "!self.endsWith('.cluster.local')",
    (text: string) => value(`${quote(text)} is inside the cluster; use an external host`),
  ],
  // As Kubernetes evaluates this rule, no name at all fulfils it.
  [
    /^size\(self\)==0\|\|format\.dns1123Label/,
    () => key('no name can be given here, by a fault of this definition; remove it'),
  ],
];

const isNoHost = (text: string) => dnsSubdomain(text.replace(/^\*\./, '')) !== undefined;

function host(hosts: readonly string[], isBad: (host: string) => boolean, fault: string): RuleText {
  const index = hosts.findIndex(isBad);
  return value(`${quote(hosts[index])} ${fault}`, index);
}

function badKey(map: object): RuleText {
  const name = Object.keys(map).find((text) => qualifiedName(text)) ?? '';
  return key(`${quote(name)} ${qualifiedName(name)?.because}`, name);
}

function duration(text: string, fault: string): RuleText {
  return value(
    parseDuration(text) === undefined ? `${quote(text)} is not a duration such as "10s"` : `${quote(text)} ${fault}`,
  );
}
