import { type ListenerSet, isLetIn } from '../../mesh/gateway-api/listener-sets';
import { GATEWAY, kindOf } from '../../mesh/gateway-api/references';
import { isIstioClass, isWaypointGateway } from '../../mesh/gateways/gateway-deployments';
import type { Mesh } from '../../mesh/mesh';
import { configs, configsIn } from '../../mesh/settings/configs';
import { isDefined } from '../../mesh/settings/namespaces';
import { didYouMean } from '../../schema/spelling';
import type { ParentReference } from '../../schema/kinds/gateway-api';
import type { Field } from '../../source/field';
import { kubernetesGateways } from '../gateways/gateway-references';
import { type Context, rule } from '../rule';

export default rule({
  name: 'unattached-listener-set',
  category: 'reference',
  severity: 'error',
  summary: 'A ListenerSet references a Gateway that does not exist or does not accept it.',
  url: 'https://gateway-api.sigs.k8s.io/reference/spec/',
  docs: `
    A Gateway accepts ListenerSets only if \`allowedListeners\` allows their namespace; by default it
    accepts none. Waypoints and remote gateways do not support ListenerSets. The listeners of a
    ListenerSet that is not accepted (NotAllowed) do not exist: nothing listens on their ports, and
    routes that are attached to them get no requests.

    Fix: correct the reference, or set \`allowedListeners.namespaces\` of the Gateway.
  `,
  sameAs: ['NotAllowed'],
  check(context) {
    for (const set of configs(context.mesh, 'ListenerSet'))
      for (const field of set.each('spec.parentRef')) checkParent(context, set, field);
  },
});

function checkParent({ mesh, report, missing }: Context, set: ListenerSet, field: Field<ParentReference>): void {
  const { name = '', namespace = set.namespace } = field.value;
  if (kindOf(field.value, GATEWAY) !== GATEWAY) return;
  const gateway = kubernetesGateways(mesh).get(`${namespace}/${name}`);
  if (!gateway) {
    const near = didYouMean(name, gatewayNames(mesh, namespace));
    const message = `Gateway "${namespace}/${name}" does not exist, so the listeners of this ListenerSet do not exist${near}`;
    return missing(field.get('name'), { kind: 'Gateway', namespace }, message, { sameAs: [] });
  }
  const related = [{ place: gateway.at(['metadata', 'name']), message: 'the Gateway' }];
  const details = { related, sameAs: ['NotAllowed'] };
  const className = gateway.value.spec?.gatewayClassName;
  if (isWaypointGateway(mesh, gateway))
    return report(field.get('name'), `Gateways of class "${className}" do not support ListenerSets`, details);
  if (!isIstioClass(mesh, className) || isLetIn(mesh, set.namespace, gateway)) return;
  const isSelected = gateway.value.spec?.allowedListeners?.namespaces?.selector !== undefined;
  if (isSelected && !isDefined(mesh, set.namespace)) return; // Its labels are unknown.
  report(
    field.get('name'),
    `Gateway "${namespace}/${name}" accepts no ListenerSets from namespace "${set.namespace}"; see its allowedListeners`,
    details,
  );
}

const gatewayNames = (mesh: Mesh, namespace: string): string[] =>
  configsIn(mesh, 'KubernetesGateway', namespace).map(({ name }) => name);
