/** Labels of workloads. */
import type { BadName } from '../../names';
import { misspelt } from '../checks';
import type { Check } from '../part';

const DNS_LABEL = '[a-zA-Z0-9](?:[-a-zA-Z0-9]*[a-zA-Z0-9])?';
const NAME = '(?:[A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]';
const KEY = new RegExp(`^(?:(${DNS_LABEL}(?:\\.${DNS_LABEL})*)/)?(${NAME})$`);
const VALUE = new RegExp(`^(?:${NAME})?$`);
const CHARACTERS = 'letters, digits, "-", "_" and "." are allowed, with a letter or digit at both ends';

/**
 * Labels by their spelling. Differs from what Kubernetes takes: prefixes may have capital letters, and values may be long.
 * istio: labels.Instance.Validate
 */
export const labels: Check<Record<string, string>> = (part) => {
  for (const entry of part.entries()) {
    const bad = keyRule(entry.key);
    if (bad) misspelt(entry, entry.key, bad, 'key');
    if (!VALUE.test(entry.value))
      misspelt(entry, entry.value, { because: `is not a valid label value: ${CHARACTERS}` });
  }
};

function keyRule(key: string): BadName | undefined {
  const [, prefix = '', name] = KEY.exec(key) ?? [];
  if (name === undefined)
    return { because: `is not a valid label name: ${CHARACTERS}, and a DNS name and a "/" in front` };
  if (prefix.length > 253) return { because: `has a prefix of ${prefix.length} characters; at most 253 are allowed` };
  return name.length > 63 ? { because: `has a name of ${name.length} characters; at most 63 are allowed` } : undefined;
}
