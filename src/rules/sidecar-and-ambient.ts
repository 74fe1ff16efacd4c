import { DATAPLANE_MODE, INJECT, NAMESPACE_INJECTION, REVISION } from '../mesh/injection';
import type { Mesh } from '../mesh/mesh';
import { namespaceOf } from '../mesh/namespaces';
import { proxyContainer } from '../mesh/pod-templates';
import { isGateway, isWaypoint } from '../mesh/proxy';
import { type Workload, workloads } from '../mesh/workloads';
import type { Field } from '../source/field';
import { rule } from './rule';

const REDIRECTION = 'ambient.istio.io/redirection';

export default rule({
  name: 'sidecar-and-ambient',
  category: 'conflict',
  severity: 'error',
  summary: 'A workload is to have sidecars and to be in ambient mode at once.',
  docs: `
    A pod is in one of the two modes. One with a sidecar is left alone by ztunnel, whatever the labels
    of its namespace say; one that is already redirected to ztunnel and gets a sidecar on top
    loses its connections. Decide for one: \`istio.io/dataplane-mode: none\` on the pods keeps
    ztunnel off, \`sidecar.istio.io/inject: "false"\` the injector.
  `,
  sameAs: ['KIA1311', 'KIA1314', 'KIA1315', 'KIA1316'],
  check({ mesh, report }) {
    for (const workload of workloads(mesh)) {
      if (isWaypoint(workload) || isGateway(mesh, workload)) continue;
      const { resource, namespace, template, pods } = workload;
      const templates = [template, ...pods.map((pod) => pod.template)];
      const facts = {
        ambient: asksForAmbient(mesh, workload),
        sidecar: asksForSidecar(mesh, workload),
        redirected: templates.find((each) => each.value.metadata?.annotations?.[REDIRECTION] === 'enabled'),
        proxy: templates.map(proxyContainer).find(Boolean),
        ambientNamespace: namespaceOf(mesh, namespace).labels[DATAPLANE_MODE] === 'ambient',
      };
      const found = conflictOf(facts);
      if (found)
        report(resource.at(['metadata', 'name']), `${resource.title} ${found.message}`, {
          sameAs: found.sameAs,
          related: found.place ? [{ place: found.place, message: 'here' }] : [],
        });
    }
  },
});

interface Facts {
  ambient: boolean;
  sidecar: boolean;
  redirected: Field | undefined;
  proxy: Field | undefined;
  ambientNamespace: boolean;
}

function conflictOf({ ambient, sidecar, redirected, proxy, ambientNamespace }: Facts) {
  const codes = [
    ...(ambient && sidecar ? ['KIA1311'] : []),
    ...(sidecar && redirected ? ['KIA1314'] : []),
    ...(ambient && proxy ? ['KIA1315'] : []),
    ...(ambientNamespace && proxy ? ['KIA1316'] : []),
  ];
  if (codes.length === 0) return undefined;
  if (sidecar && redirected)
    return { message: 'asks for sidecars, and its pods are redirected to ztunnel', sameAs: codes, place: redirected };
  if (proxy) return { message: 'is to be in ambient mode, and its pods have a sidecar', sameAs: codes, place: proxy };
  return { message: 'asks for sidecars and for ambient mode', sameAs: codes, place: undefined };
}

function asksForAmbient(mesh: Mesh, { namespace, template }: Workload): boolean {
  const own = template.value.metadata?.labels?.[DATAPLANE_MODE];
  return (own ?? namespaceOf(mesh, namespace).labels[DATAPLANE_MODE]) === 'ambient';
}

/** Kiali reads the values "enabled" and "none" of the pod's label, which Istio does not have. */
function asksForSidecar(mesh: Mesh, { namespace, template }: Workload): boolean {
  const { labels } = namespaceOf(mesh, namespace);
  const own = template.value.metadata?.labels?.[INJECT];
  if (own === 'false' || labels[NAMESPACE_INJECTION] === 'disabled') return false;
  return own === 'true' || labels[NAMESPACE_INJECTION] === 'enabled' || Boolean(labels[REVISION]);
}
