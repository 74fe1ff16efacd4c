import type { Check, Part } from '../part';
import { fqdn, isLabel } from './hosts';

/**
 * Names of Gateways: `namespace/name`, or a bare name. istio: validation.validateGatewayNames
 * Differs: the original looks no further than to the first bare name; what is wrong behind it we warn of.
 */
export const gatewayNames: Check<readonly string[]> = (part) => {
  const names = part.items();
  const bare = names.findIndex(({ value }) => !value.includes('/'));
  names.forEach((name, index) => {
    const isBehind = bare >= 0 && index > bare;
    const why = whyNoName(name.value);
    if (why && isBehind) name.doubt(why, { reason: 'format', ours: true });
    else if (why) name.refuse(why, { reason: 'format' });
    else if (!name.value.includes('/') && name.value.includes('.')) dotted(name, isBehind);
  });
};

function whyNoName(name: string): string | undefined {
  const slash = name.indexOf('/');
  if (slash < 0) return because(name, fqdn(name)?.because);
  const bad = [name.slice(0, slash), name.slice(slash + 1)].find((piece) => !isLabel(piece));
  if (bad === undefined) return undefined;
  return `"${name}" is not a Gateway reference ("namespace/name"): "${bad}" is not made of letters, digits and "-"`;
}

const because = (name: string, why: string | undefined) =>
  why && `"${name}" ${why.replace('host name', 'name of a Gateway')}`;

/** Once, Gateways were named as Services are: `name.namespace.svc.cluster.local`. */
function dotted(part: Part<string>, isBehind: boolean): void {
  const [name, namespace] = part.value.split('.');
  const instead = `${namespace}/${name}`;
  part.doubt(`"${part.value}" is a deprecated form of a Gateway name; use "${instead}"`, {
    reason: 'old-name',
    suggestion: { replaceValue: instead },
    ours: isBehind ? true : undefined,
  });
}
