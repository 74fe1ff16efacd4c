import { configs } from '../../mesh/settings/configs';
import { GATEWAY_NAME } from '../../mesh/gateways/gateway-deployments';
import type { Labels } from '../../mesh/workloads/labels';
import { selectsAnything } from '../../mesh/workloads/machines';
import { perMesh } from '../../mesh/memo';
import type { Mesh } from '../../mesh/mesh';
import { rootNamespace } from '../../mesh/settings/mesh-config';
import { isGateway, runsProxy } from '../../mesh/workloads/proxy';
import { workloads } from '../../mesh/workloads/workloads';
import { isNearly } from '../../mesh/world';
import { nearest } from '../../schema/spelling';
import { type Missing, rule } from '../rule';
import { labelText } from '../workloads/selectors';

export default rule({
  name: 'unbound-gateway',
  category: 'reference',
  severity: 'error',
  summary: 'No workload has the labels that a Gateway selects.',
  docs: `
    A Gateway sets up listeners in the proxies whose pods carry the labels of its selector, in
    any namespace. Where there are none, nobody listens: clients find the port closed, or another
    Gateway behind it. Correct the selector, or deploy the gateway.

    Kiali can be told that the control plane looks in the Gateway's own namespace only
    (PILOT_SCOPE_GATEWAY_TO_NAMESPACE); that is not in the files, and is not assumed here.
  `,
  sameAs: ['IST0101', 'KIA0302'],
  check({ mesh, missing }) {
    for (const gateway of configs(mesh, 'Gateway')) {
      const { selector } = gateway.value.spec ?? {};
      if (!selector || selectsAnything(mesh, selector)) continue;
      const place = gateway.at(['spec', 'selector']);
      const [first] = Object.keys(selector);
      const isMisspelt = gateways(mesh).some(({ labels }) => isNearly(selector, labels));
      const message = `no workload has the labels ${labelText(selector)}${hint(mesh, selector)}`;
      missing(first === undefined ? place : place.child(first), { ...gatewayWorkload(mesh), isMisspelt }, message);
    }
  },
});

const gateways = perMesh((mesh) => workloads(mesh).filter((each) => runsProxy(each) && isGateway(mesh, each)));

/** An input that holds a gateway's workload is taken to hold all of them, unless Istio itself deploys it for a Gateway of Kubernetes. */
function gatewayWorkload(mesh: Mesh): Missing {
  const known = gateways(mesh).find(({ labels }) => labels[GATEWAY_NAME] === undefined);
  return known
    ? { kind: known.resource.kind, namespace: known.namespace }
    : { kind: 'Deployment', namespace: rootNamespace(mesh) };
}

/** The value of the label that was probably meant. */
function hint(mesh: Mesh, selector: Labels): string {
  for (const [name, value] of Object.entries(selector)) {
    const values = gateways(mesh).flatMap(({ labels }) => labels[name] ?? []);
    const meant = values.includes(value)
      ? undefined
      : (nearest(value, values) ?? (values.length === 1 ? values[0] : undefined));
    if (meant !== undefined) return `; did you mean "${name}=${meant}"?`;
  }
  return '';
}
