import { DATAPLANE_MODE, type InjectionReason } from '../../mesh/injection/injection';
import type { Mesh } from '../../mesh/mesh';
import { NAMESPACE_INJECTION, REVISION } from '../../mesh/injection/injection';
import { namespaceOf } from '../../mesh/settings/namespaces';
import { type WrittenTemplate, podTemplates, proxyContainer } from '../../mesh/workloads/pod-templates';
import type { Field } from '../../source/field';
import { rule } from '../rule';

const OPTED_OUT: Partial<Record<InjectionReason, string>> = {
  'host-network': 'pods with hostNetwork are never injected',
  'pod-label': 'its label disables injection',
  'pod-annotation': 'its annotation disables injection',
};

export default rule({
  name: 'pod-without-sidecar',
  category: 'traffic',
  severity: 'info',
  summary: 'Pods in a namespace with sidecar injection have no sidecar.',
  docs: `
    Such pods are outside of the mesh: as clients they know no VirtualService, as servers they
    neither enforce policies nor prove who they are, and clients that insist on mutual TLS get
    503 UF from them. A pod that exists without a sidecar was made before the namespace asked for
    them, or while the injector did not answer: delete it, so that it is made anew. Of a manifest
    of a Pod, which the injector will see when it is applied, and of workloads that were
    exempted (\`sidecar.istio.io/inject: "false"\`, \`hostNetwork\`) this is only worth knowing.
  `,
  sameAs: ['IST0103'],
  check({ mesh, report }) {
    for (const written of podTemplates(mesh)) {
      const { workload, template, resource } = written;
      if (!asksForSidecars(mesh, workload.namespace) || proxyContainer(template)) continue;
      const { injected, reason, field } = workload.injection;
      const exempted = OPTED_OUT[reason];
      if (!injected && exempted) {
        // Of pods and what made them, the template says it once.
        if (resource !== workload.resource) continue;
        report(field ?? template, `the pods of ${resource.title} have no sidecar: ${exempted}`, { sameAs: [] });
      } else if (injected && resource.kind === 'Pod') reportPod(written, report);
    }
  },
});

type Report = (place: Field, message: string, details: { severity: 'warning' | 'info' }) => void;

function reportPod({ resource, template }: WrittenTemplate, report: Report): void {
  const place = resource.at(['metadata', 'name']);
  if (exists(template.value))
    report(place, `${resource.title} has no sidecar, though it should have one`, { severity: 'warning' });
  else
    report(place, `${resource.title} has no sidecar in this file; the injector adds one when the pod is created`, {
      severity: 'info',
    });
}

/** Whether it was read from a cluster. */
function exists(pod: object): boolean {
  const { status, metadata } = pod as {
    status?: { phase?: string };
    metadata?: { uid?: string; creationTimestamp?: string };
  };
  return Boolean(status?.phase || metadata?.uid || metadata?.creationTimestamp);
}

function asksForSidecars(mesh: Mesh, name: string): boolean {
  const { labels } = namespaceOf(mesh, name);
  const mode = labels[NAMESPACE_INJECTION];
  if (mode !== undefined) return mode === 'enabled';
  return Boolean(labels[REVISION]) && labels[DATAPLANE_MODE] !== 'ambient';
}
