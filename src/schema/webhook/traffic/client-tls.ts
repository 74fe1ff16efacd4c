import type { ClientTLSSettings } from '../../kinds/networking';
import { needTogether } from '../checks';
import type { Check, Part } from '../part';

type Name = keyof ClientTLSSettings;

/** istio: agent.ValidateTLS */
export const clientTls: Check<ClientTLSSettings> = (part) => {
  const { credentialName = '', insecureSkipVerify, mode } = part.value;
  if (credentialName.startsWith(CONFIG_MAP)) configMap(part.at('credentialName') as Part<string>);
  const isMutual = mode === 'MUTUAL';
  if (!isMutual && mode !== 'SIMPLE') return;
  if (insecureSkipVerify) unverified(part, isMutual ? VERIFYING : [...VERIFYING, 'credentialName']);
  if (credentialName) {
    for (const name of set(part, FILES))
      part.at(name).refuse(`"${name}" and "credentialName" are mutually exclusive`, { on: 'key', reason: 'exclusive' });
    return;
  }
  if (isMutual)
    needTogether(part, ['clientCertificate', 'privateKey'], ': the mode MUTUAL needs that, or a "credentialName"');
};

const VERIFYING: readonly Name[] = ['caCertificates', 'subjectAltNames'];
const FILES: readonly Name[] = ['clientCertificate', 'caCertificates', 'privateKey', 'caCrl'];

const set = (part: Part<ClientTLSSettings>, names: readonly Name[]): Name[] =>
  names.filter((name) => {
    const value = part.value[name];
    return Array.isArray(value) ? value.length > 0 : Boolean(value);
  });

function unverified(part: Part<ClientTLSSettings>, names: readonly Name[]): void {
  for (const name of set(part, names))
    part
      .at(name)
      .refuse(`"${name}" has no effect where "insecureSkipVerify" is true`, { on: 'key', reason: 'exclusive' });
}

const CONFIG_MAP = 'configmap://';

/** istio: credentials.ParseResourceName */
function configMap(part: Part<string>): void {
  const [namespace = '', name = ''] = part.value.slice(CONFIG_MAP.length).split('/');
  const here = part.judged.namespace;
  if (!namespace || !name) part.refuse(`"${part.value}" does not have the form "configmap://NAMESPACE/NAME"`);
  else if (namespace !== here)
    part.refuse(`"${part.value}" is in another namespace; this object may reference only namespace "${here}"`);
}
