import type { Rule, Source } from '../../kinds/security';
import { isFilled } from '../checks';
import type { Part } from '../part';

const FIELDS = ['namespaces', 'serviceAccounts', 'trustDomains', 'principals', 'requestPrincipals'] as const;
const NOT_FIELDS = [
  'notNamespaces',
  'notServiceAccounts',
  'notTrustDomains',
  'notPrincipals',
  'notRequestPrincipals',
] as const;
const KEYS = ['source.namespace', 'source.serviceAccount', 'source.trustDomain', 'source.principal'];

/** What a rule cannot ask where an external service is to decide: it would need what the connection has proved. */
export function customRule(part: Part<Rule>): void {
  for (const from of part.at('from').items()) {
    const source: Part<Source | undefined> = from.at('source');
    for (const name of [...FIELDS, ...NOT_FIELDS])
      if (isFilled(source.value?.[name]))
        source.at(name).refuse(`"${name}" is not supported with the action CUSTOM`, { on: 'key' });
  }
  for (const condition of part.at('when').items()) {
    const { key = '' } = condition.value;
    if (KEYS.includes(key) || key.startsWith('request.auth.'))
      condition.at('key').refuse(`"${key}" is not supported with the action CUSTOM`);
  }
}
