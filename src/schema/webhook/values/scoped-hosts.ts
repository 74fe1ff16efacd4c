/** Hosts with the namespace of those who may use them in front: `namespace/host`. */
import { isAddress } from '../../ip';
import { misspelt } from '../checks';
import { type Check, type Part, isConverted } from '../part';
import { isLabel, isPartialWildcard, wildcardDomain } from './hosts';

/** istio: agent.ValidateNamespaceSlashWildcardHostname, of a Gateway */
export const gatewayHost: Check<string> = (part) => {
  const [namespace, host] = cut(part.value);
  const isNobody = namespace === '~' && isConverted(part, 'gateway');
  if (namespace !== undefined && namespace !== '*' && namespace !== '.' && !isNobody && !isLabel(namespace))
    part.refuse(`"${part.value}" has no namespace before its "/"; expected a namespace, "." or "*"`);
  fullHost(part, host, isAddress(host));
};

/** istio: agent.ValidateNamespaceSlashWildcardHostname, of a Sidecar */
export const egressHost: Check<string> = (part) => {
  const [namespace, host] = cut(part.value);
  if (namespace === undefined)
    return part.refuse(
      `"${part.value}" is not of the form "namespace/host"; write "*/${part.value}" for any namespace`,
      {
        suggestion: { replaceValue: `*/${part.value}` },
      },
    );
  const name = namespace.replace(/^~/, '');
  const isNamed = namespace !== '' && (['', '*', '.'].includes(name) || isLabel(name));
  if (!isNamed) part.refuse(`"${part.value}" has no namespace before its "/"; expected a namespace, "*", "." or "~"`);
  fullHost(part, host, false);
};

function cut(text: string): [namespace: string | undefined, host: string] {
  const slash = text.indexOf('/');
  return slash < 0 ? [undefined, text] : [text.slice(0, slash), text.slice(slash + 1)];
}

/** istio: agent.validateSidecarOrGatewayHostnamePart */
function fullHost(part: Part<string>, host: string, isAllowedAddress: boolean): void {
  const bad = isAllowedAddress ? undefined : wildcardDomain(host);
  if (bad) misspelt(part, host, { because: bad.because });
  else if (isPartialWildcard(host))
    part.refuse(`"${host}" has a "*" for a part of a name; only a whole "*." at its beginning is allowed`);
  else if (host !== '*' && !host.includes('.')) part.refuse(`"${host}" ${shortName(host)}`);
}

const shortName = (host: string) =>
  isAddress(host)
    ? 'is an IPv6 address, which istiod reads as a short name; expected a host name'
    : `is a short name; expected a fully qualified name such as "${host}.default.svc.cluster.local"`;
