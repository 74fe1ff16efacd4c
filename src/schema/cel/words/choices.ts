import { type RuleMessage, type RuleText, key, quote, value } from './rule-message';
import { own } from '../../../source/own';

/** Rules by which one field goes with one value of another. */
export const choiceTellers: readonly RuleMessage[] = [
  [/^!\(has\(self\.(\w+)\)&&self\.(\w+)!='(\w+)'\)$/, onlyFor],
  [/^!\(!has\(self\.(\w+)\)&&self\.(\w+)=='(\w+)'\)$/, neededBy],
  [/^has\(self\.(\w+)\)\?self\.(\w+)=='(\w+)':true$/, onlyFor],
  [/^self\.(\w+)=='(\w+)'\?has\(self\.(\w+)\):true$/, (self, by, wanted, field) => neededBy(self, field, by, wanted)],
  [/^!\(self\.(\w+)!='(\w+)'&&has\(self\.(\w+)\)&&/, (self, by, wanted, field) => onlyFor(self, field, by, wanted)],
  [/^!\(self\.(\w+)=='(\w+)'&&\(!has\(self\.(\w+)\)/, (self, by, wanted, field) => neededBy(self, field, by, wanted)],
  [/^self\.(\w+)=='(\w+)'\?has\(self\.(\w+)\):!has/, eitherWay],
  [/^!has\(self\.(\w+)\)\|\|self\.(\w+)=='(\w+)'$/, onlyFor],
  [/^!\(has\(self\.(\w+)\)&&has\(self\.(\w+)\)\)$/, (_self, one, other = '') => excludes(one, other)],
  [/^!\(has\(self\.(caCertificateRefs)\).*has\(self\.(\w+)\)/, (_self, one, other = '') => excludes(one, other)],
  [/^\(has\(self\.caCertificateRefs\)/, () => key('"caCertificateRefs" or "wellKnownCACertificates" is needed')],
  [
    /\|\|has\(self\.absoluteTimeout\)$/,
    () => value('"absoluteTimeout" is missing: a permanent cookie needs it', 'absoluteTimeout'),
  ],
];

function onlyFor(self: object, field = '', by = '', wanted = ''): RuleText {
  const actual = own(self as Record<string, unknown>, by);
  const instead = actual === undefined ? '' : `, not for ${quote(actual)}`;
  return key(`${quote(field)} is for the ${by} ${quote(wanted)}${instead}`, field);
}

function neededBy(_self: unknown, field = '', by = '', wanted = ''): RuleText {
  const told = value(`${quote(field)} is missing: the ${by} ${quote(wanted)} needs it`, field);
  return { ...told, onlyAlone: true };
}

function eitherWay(self: object, by = '', wanted = '', field = ''): RuleText {
  return field in self ? onlyFor(self, field, by, wanted) : neededBy(self, field, by, wanted);
}

function excludes(one = '', other = ''): RuleText {
  return key(`${quote(one)} and ${quote(other)} are mutually exclusive`, other);
}
