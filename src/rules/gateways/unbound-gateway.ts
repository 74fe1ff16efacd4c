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
import { own } from '../../source/own';

export default rule({
  name: 'unbound-gateway',
  category: 'reference',
  severity: 'error',
  summary: 'No workload has the labels that a Gateway selects.',
  url: 'https://istio.io/latest/docs/reference/config/networking/gateway/',
  docs: `
    A Gateway configures listeners in the proxies whose pods carry the labels of its selector, in
    any namespace. Without such pods, nothing listens: clients find the port closed or reach another
    Gateway.

    Fix: correct the selector, or deploy the gateway.

    Kiali can be configured for PILOT_SCOPE_GATEWAY_TO_NAMESPACE, where a Gateway only selects pods
    of its own namespace. The files do not contain this setting, so it is not assumed here.
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
    const values = gateways(mesh).flatMap(({ labels }) => own(labels, name) ?? []);
    const meant = values.includes(value)
      ? undefined
      : (nearest(value, values) ?? (values.length === 1 ? values[0] : undefined));
    if (meant !== undefined) return `; did you mean "${name}=${meant}"?`;
  }
  return '';
}
