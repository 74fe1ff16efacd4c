/** Host names as Istio takes them. They may have capital letters, which Kubernetes refuses. */
import { isAddress } from '../../ip';
import type { BadName } from '../../names';
import { spelt } from '../checks';

const LABEL = /^[a-zA-Z0-9]([-a-zA-Z0-9]*[a-zA-Z0-9])?$/;
const FIRST_LABEL = /^(\*|(\*|\*-)?[a-zA-Z0-9]([-a-zA-Z0-9]*[a-zA-Z0-9])?)$/;
const LONGEST_LABEL = 63;
const LONGEST_NAME = 255;

/** Whether a text is one label of a name: at most 63 letters, digits and dashes. istio: labels.IsDNS1123Label */
export const isLabel = (text: string): boolean => text.length <= LONGEST_LABEL && LABEL.test(text);

const isFirstLabel = (text: string) => text.length <= LONGEST_LABEL && FIRST_LABEL.test(text);

/** A name without dots. istio: labels.IsDNS1123Label */
export const label = (text: string): BadName | undefined =>
  isLabel(text) ? undefined : { because: `is not a valid name: ${whyNoLabel(text)}` };

function whyNoLabel(text: string): string {
  if (text === '') return 'it is empty';
  if (text.length > LONGEST_LABEL) return `it has ${text.length} characters; at most ${LONGEST_LABEL} are allowed`;
  return 'letters, digits and "-" are allowed, with a letter or digit at both ends';
}

/** The full name of a host, without wildcard. istio: agent.ValidateFQDN */
export const fqdn = (text: string): BadName | undefined =>
  whyNoName(text) ? refused(text, fqdnIn(text)) : fqdnIn(text);

/** The name of a host, or of a domain with `*` in its first part. istio: agent.ValidateWildcardDomain */
export const wildcardDomain = (text: string): BadName | undefined =>
  whyNoName(text) ? refused(text, domainIn(text)) : domainIn(text);

/** As the two rules above, for checks of fields. */
export const isFqdn = (text: string): boolean => !fqdnIn(text);
export const isWildcardDomain = (text: string): boolean => !domainIn(text);
export const host = spelt(wildcardDomain);
export const hostWithoutWildcard = spelt(fqdn);

function fqdnIn(text: string): BadName | undefined {
  return sizeOf(text) ?? labelsOf(text);
}

function domainIn(text: string): BadName | undefined {
  const size = sizeOf(text);
  if (size) return size;
  const dot = text.indexOf('.');
  const first = dot < 0 ? text : text.slice(0, dot);
  if (!isFirstLabel(first)) return partOf(first);
  return dot < 0 ? undefined : labelsOf(text.slice(dot + 1));
}

const sizeOf = (text: string): BadName | undefined =>
  text === ''
    ? { because: 'is empty; expected a host name' }
    : text.length > LONGEST_NAME
      ? { because: `has ${text.length} characters; at most ${LONGEST_NAME} are allowed` }
      : undefined;

/** istio: agent.ValidateDNS1123Labels */
function labelsOf(text: string): BadName | undefined {
  const labels = text.split('.');
  const last = labels.at(-1)!;
  if (isNumber(last)) return { because: `is not a valid host name: its last part "${last}" is a number` };
  // The last part may be empty: `istio.io.` is the same name, told to be complete.
  const bad = labels.find((part, index) => !(part === '' && index === labels.length - 1) && !isLabel(part));
  return bad === undefined ? undefined : partOf(bad);
}

// Go reads only what fits into 64 bits as a number.
const isNumber = (text: string) => /^[-+]?\d+$/.test(text) && BigInt.asIntN(64, BigInt(text)) === BigInt(text);

function partOf(part: string): BadName {
  if (part === '') return { because: 'is not a valid host name: it has an empty part between two dots' };
  if (part.length > LONGEST_LABEL)
    return {
      because: `is not a valid host name: a part has ${part.length} characters; at most ${LONGEST_LABEL} are allowed`,
    };
  if (part.includes('*')) return { because: 'is not a valid host name: "*" is allowed only at its beginning' };
  const why = 'letters, digits and "-" are allowed, with a letter or digit at both ends';
  return { because: `is not a valid host name: in the part "${part}" only ${why}` };
}

const URL_LIKE = /^[a-z]+:\/\/([^/:]+)(:\d+)?(\/.*)?$/i;
const WITH_PORT = /^([^:]+):\d+$/;
const WITH_PATH = /^([^/]+)\/.*$/;

/** What a text is instead of a host name. */
function whyNoName(text: string): BadName | undefined {
  const forms = [
    [URL_LIKE, 'is a URL; expected only its host'],
    [WITH_PORT, 'has a port; expected only the host'],
  ] as const;
  for (const [form, because] of forms) {
    const inner = form.exec(text)?.[1];
    if (inner !== undefined) return { because, instead: isWildcardDomain(inner) ? inner : undefined };
  }
  if (isAddress(text)) return { because: 'is an IP address; expected a host name' };
  return WITH_PATH.test(text) ? { because: 'has a "/"; expected only a host name' } : undefined;
}

const refused = (text: string, bad: BadName | undefined) => bad && (whyNoName(text) ?? bad);

const SNI = 'outbound_.PORT_._.HOST';

/**
 * A host of a VirtualService that is bound to gateways alone: where it has routes by SNI, also a name such as
 * `outbound_.80_._.reviews.default.svc.cluster.local`. istio: agent.ValidateWildcardDomainForVirtualServiceBoundToGateway
 */
export function gatewayDomain(text: string, hasSni: boolean): BadName | undefined {
  if (!hasSni || text.length > LONGEST_NAME || !text.startsWith('outbound_')) return wildcardDomain(text);
  const [, port, , name] = text.split('_');
  const isSound = name !== undefined && /\d/.test(port ?? '') && /[a-zA-Z]/.test(name);
  return isSound ? undefined : { because: `does not have the form ${SNI}` };
}

/** Whether `*` stands for part of a label. istio: agent.ValidatePartialWildCard */
export const isPartialWildcard = (text: string): boolean =>
  text.includes('*') && text !== '*' && !text.startsWith('*.');
