import { DATAPLANE_MODE, type InjectionReason } from '../../mesh/injection/injection';
import type { Mesh } from '../../mesh/mesh';
import { NAMESPACE_INJECTION, REVISION } from '../../mesh/injection/injection';
import { GATEWAY_NAME } from '../../mesh/gateways/gateway-deployments';
import { namespaceOf } from '../../mesh/settings/namespaces';
import { type WrittenTemplate, podTemplates, proxyContainer } from '../../mesh/workloads/pod-templates';
import type { Field } from '../../source/field';
import { type Details, rule } from '../rule';

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
  url: 'https://istio.io/latest/docs/setup/additional-setup/sidecar-injection/',
  docs: `
    These pods are outside the mesh: as clients they do not use VirtualServices, as servers they
    neither enforce policies nor have an identity, and clients that require mutual TLS get 503 UF
    from them. An existing pod without a sidecar was created before the namespace was labelled, or
    while the injector was not available.

    Fix: restart the workload, so that the pod is created again. For workloads with \`hostNetwork\`
    the finding is info. A Pod manifest, which is injected when it is applied, and workloads with
    \`sidecar.istio.io/inject: "false"\` are remarks, which are only reported with \`--world closed\`.
  `,
  sameAs: ['IST0103'],
  check({ mesh, report }) {
    for (const written of podTemplates(mesh)) {
      const { workload, template, resource } = written;
      if (!asksForSidecars(mesh, workload.namespace) || proxyContainer(template)) continue;
      const { injected, reason, field } = workload.injection;
      const exempted = OPTED_OUT[reason];
      // What Istio deploys for a Gateway is a proxy itself.
      if (workload.labels[GATEWAY_NAME] !== undefined) continue;
      if (!injected && exempted) {
        // Of pods and what made them, the template says it once.
        if (resource !== workload.resource) continue;
        report(field ?? template, `the pods of ${resource.title} have no sidecar: ${exempted}`, {
          sameAs: [],
          ...(reason !== 'host-network' && { isRemark: true }),
        });
      } else if (injected && resource.kind === 'Pod') reportPod(written, report);
    }
  },
});

type Report = (place: Field, message: string, details: Details) => void;

function reportPod({ resource, template }: WrittenTemplate, report: Report): void {
  const place = resource.at(['metadata', 'name']);
  if (exists(template.value))
    report(place, `${resource.title} has no sidecar, though it should have one`, { severity: 'warning' });
  else
    report(place, `${resource.title} has no sidecar in this file; the injector adds one when the pod is created`, {
      severity: 'info',
      isRemark: true,
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
