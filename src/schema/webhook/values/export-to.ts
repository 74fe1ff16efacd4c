/** Which namespaces see a VirtualService, DestinationRule or ServiceEntry. */
import { misspelt } from '../checks';
import type { Check, Part } from '../part';
import { isLabel } from './hosts';

const EVERYBODY = '*';
const NOBODY = '~';

/** istio: validation.validateExportTo, visibility.Instance.Validate */
export const exportTo: Check<readonly string[]> = (part) => {
  const names = seenNames(part, isSound);
  alone(part, names, EVERYBODY, 'everybody');
};

/** As exportTo; a service may also be shown to nobody. */
export const serviceExportTo: Check<readonly string[]> = (part) => {
  const names = seenNames(part, (name) => name === NOBODY || isSound(name));
  alone(part, names, EVERYBODY, 'everybody');
  alone(part, names, NOBODY, 'nobody');
};

/** As exportTo, for a DestinationRule that holds only for chosen workloads. */
export const localExportTo: Check<readonly string[]> = (part) => {
  const names = seenNames(part, isSound);
  const here = part.judged.namespace;
  const beyond = part.items().find((item) => namespaceOf(item) !== here);
  if (names.size && beyond)
    beyond.refuse(
      `a rule with a "workloadSelector" is visible only in its own namespace ("."), not in "${beyond.value}"`,
    );
};

const isSound = (name: string) => name === EVERYBODY || isLabel(name);
const namespaceOf = ({ value, judged }: Part<string>) => (value === '.' ? judged.namespace : value);

/** The namespaces that are named, with what is wrong with each. */
function seenNames(part: Part<readonly string[]>, isAllowed: (name: string) => boolean): Set<string> {
  const seen = new Set<string>();
  for (const item of part.items()) {
    const name = namespaceOf(item);
    if (seen.has(name)) repeated(item, name);
    else if (isAllowed(name)) seen.add(name);
    else misspelt(item, item.value, whyNot(name));
  }
  return seen;
}

function repeated(item: Part<string>, name: string): void {
  const own = name === item.judged.namespace ? ' ("." is the same)' : '';
  item.refuse(`duplicate namespace "${name}"${own}`, { reason: 'duplicate' });
}

const whyNot = (name: string) => ({
  because:
    name === NOBODY
      ? 'is allowed only for services: configuration that is exported to no namespace has no effect'
      : 'is not a namespace; expected the name of a namespace, "." or "*"',
});

function alone(part: Part<readonly string[]>, names: ReadonlySet<string>, name: string, meaning: string): void {
  if (!names.has(name) || part.value.length < 2) return;
  const item = part.items().find(({ value }) => value === name);
  item?.refuse(`"${name}" is for ${meaning}, so it must be the only entry`);
}
