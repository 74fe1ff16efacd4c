import { configs } from '../../mesh/settings/configs';
import { perMesh } from '../../mesh/memo';
import type { Mesh } from '../../mesh/mesh';
import type { Handler, Instance, Rule } from '../../schema/kinds/legacy';
import { own } from '../../source/own';
import type { Resource } from '../../source/resource';
import { referred } from './configuration';
import { TEMPLATES, type Variety } from './inventory';

/** An instance that a rule sends to a handler, as both are written. */
export interface Sent {
  readonly handler: Resource<Handler>;
  readonly instance: Resource<Instance>;
  /** Absent for a template of one's own. */
  readonly variety?: Variety;
}

/** What the actions of a rule send, as far as the mesh has the handlers and instances. */
export function sentBy(mesh: Mesh, rule: Resource<Rule>): Sent[] {
  const { handlers, instances } = byFullName(mesh);
  return (rule.value.spec?.actions ?? []).flatMap(({ handler: reference = '', instances: names = [] }) => {
    const handler = referred(handlers, reference, 'handler', rule.namespace);
    if (!handler) return [];
    return names.flatMap((name) => {
      const instance = referred(instances, name, 'instance', rule.namespace);
      return instance ? [sent(handler, instance)] : [];
    });
  });
}

function sent(handler: Resource<Handler>, instance: Resource<Instance>): Sent {
  const variety = own(TEMPLATES, instance.value.spec?.compiledTemplate ?? '')?.variety;
  return { handler, instance, ...(variety && { variety }) };
}

/** What all rules of a mesh send. */
export const allSent = perMesh((mesh) => configs(mesh, 'rule').flatMap((rule) => sentBy(mesh, rule)));

/** The handlers that a rule names, with or without instances. */
export const namedHandlers = perMesh((mesh) => {
  const { handlers } = byFullName(mesh);
  const named = configs(mesh, 'rule').flatMap(({ namespace, value }) =>
    (value.spec?.actions ?? []).map(({ handler = '' }) => referred(handlers, handler, 'handler', namespace)),
  );
  return new Set(named.filter((each) => each !== undefined));
});

/** `NAME.instance.NAMESPACE`. */
export const fullNameOf = ({ name, namespace }: Resource<Instance>): string => `${name}.instance.${namespace}`;

const byFullName = perMesh((mesh) => ({
  handlers: new Map(configs(mesh, 'handler').map((each) => [`${each.name}.handler.${each.namespace}`, each])),
  instances: new Map(configs(mesh, 'instance').map((each) => [fullNameOf(each), each])),
}));
