import { DATAPLANE_MODE, INJECT, NAMESPACE_INJECTION, REVISION } from '../../mesh/injection/injection';
import type { Labels } from '../../mesh/workloads/labels';
import type { Mesh } from '../../mesh/mesh';
import { namespaceOf } from '../../mesh/settings/namespaces';
import { proxyContainer } from '../../mesh/workloads/pod-templates';
import { isGateway, isWaypoint } from '../../mesh/workloads/proxy';
import { type Workload, workloads } from '../../mesh/workloads/workloads';
import type { Field } from '../../source/field';
import { type Severity, rule } from '../rule';

const REDIRECTION = 'ambient.istio.io/redirection';

export default rule({
  name: 'sidecar-and-ambient',
  category: 'conflict',
  severity: 'error',
  summary: 'A workload has both a sidecar and ambient mode.',
  url: 'https://istio.io/latest/docs/ambient/usage/add-workloads/',
  docs: `
    A pod uses either a sidecar or ambient mode. ztunnel ignores a pod that has a sidecar, whatever
    the labels of its namespace say. A pod that ztunnel already captures and that gets a sidecar as
    well loses its connections.

    Fix: keep one of the two. The label \`istio.io/dataplane-mode: none\` on the pods turns ambient
    mode off, \`sidecar.istio.io/inject: "false"\` the sidecar.

    A pod with a sidecar and the label \`none\` in an ambient namespace is reported as info. Kiali
    reports it as a warning, and does not read \`sidecar.istio.io/inject: "true"\`.
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
        injectedNamespace: isInjected(namespaceOf(mesh, namespace).labels),
        redirected: templates.find((each) => each.value.metadata?.annotations?.[REDIRECTION] === 'enabled'),
        proxy: templates.map(proxyContainer).find(Boolean),
        ambientNamespace: namespaceOf(mesh, namespace).labels[DATAPLANE_MODE] === 'ambient',
      };
      const found = conflictOf(facts);
      if (found)
        report(resource.at(['metadata', 'name']), `${resource.title} ${found.message}`, {
          sameAs: found.sameAs,
          ...(found.severity && { severity: found.severity }),
          related: found.place ? [{ place: found.place, message: 'here' }] : [],
        });
    }
  },
});

interface Facts {
  ambient: boolean;
  sidecar: boolean;
  injectedNamespace: boolean;
  redirected: Field | undefined;
  proxy: Field | undefined;
  ambientNamespace: boolean;
}

interface Conflict {
  message: string;
  sameAs: string[];
  place?: Field;
  severity?: Severity;
}

function conflictOf(facts: Facts): Conflict | undefined {
  const { ambient, sidecar, redirected, proxy, ambientNamespace } = facts;
  const sameAs = counterparts(facts);
  if (sidecar && redirected)
    return { message: 'enables sidecars, but its pods are redirected to ztunnel', sameAs, place: redirected };
  if (ambient && proxy) return { message: 'enables ambient mode, but its pods have a sidecar', sameAs, place: proxy };
  if (ambientNamespace && proxy)
    return { message: 'has a sidecar in a namespace in ambient mode', sameAs, place: proxy, severity: 'info' };
  return ambient && sidecar ? { message: 'enables both sidecars and ambient mode', sameAs } : undefined;
}

function counterparts({ ambient, sidecar, injectedNamespace, redirected, proxy, ambientNamespace }: Facts): string[] {
  const asksKiali = sidecar && injectedNamespace;
  return [
    ...(ambient && asksKiali ? ['KIA1311'] : []),
    ...(asksKiali && redirected ? ['KIA1314'] : []),
    ...(ambient && proxy ? ['KIA1315'] : []),
    ...(ambientNamespace && proxy ? ['KIA1316'] : []),
  ];
}

function asksForAmbient(mesh: Mesh, { namespace, template }: Workload): boolean {
  const own = template.value.metadata?.labels?.[DATAPLANE_MODE];
  return (own ?? namespaceOf(mesh, namespace).labels[DATAPLANE_MODE]) === 'ambient';
}

function asksForSidecar(mesh: Mesh, { namespace, template }: Workload): boolean {
  const { labels } = namespaceOf(mesh, namespace);
  const own = template.value.metadata?.labels?.[INJECT];
  if (own === 'false' || labels[NAMESPACE_INJECTION] === 'disabled') return false;
  return own === 'true' || isInjected(labels);
}

const isInjected = (labels: Labels): boolean => labels[NAMESPACE_INJECTION] === 'enabled' || Boolean(labels[REVISION]);
