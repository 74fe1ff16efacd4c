import { configs } from '../../mesh/settings/configs';
import { servicesCalled } from '../../mesh/services/services';
import type { Service } from '../../mesh/services/service';
import type { KindMap } from '../../schema/kinds';
import type { Resource } from '../../source/resource';
import { declaredAt } from '../destinations/hosts';
import { rule } from '../rule';

export default rule({
  name: 'entry-for-kubernetes-service',
  category: 'conflict',
  severity: 'warning',
  summary: 'A ServiceEntry has the host of a Kubernetes Service.',
  url: 'https://istio.io/latest/docs/reference/config/networking/service-entry/',
  docs: `
    For clients the host stays the Kubernetes Service, with its ports. A ServiceEntry in the
    namespace of the Service only adds endpoints: with addresses or a workload selector, requests
    are shared among the pods and these; with names (resolution DNS) it has no effect. A ServiceEntry
    in another namespace replaces the Service for the clients in that namespace.

    Fix: give the ServiceEntry a host of its own. To add virtual machines to a Service, use
    WorkloadEntries with the labels that the Service selects.
  `,
  check({ mesh, report }) {
    for (const entry of configs(mesh, 'ServiceEntry'))
      for (const field of entry.each('spec.hosts[]')) {
        const service = servicesCalled(mesh, field.value.toLowerCase()).find(({ isInCluster }) => isInCluster);
        if (!service) continue;
        report(field, `Service ${service.namespace}/${service.name} has this host: ${effectOf(entry, service)}`, {
          related: [declaredAt(service)],
        });
      }
  },
});

function effectOf({ namespace, value: { spec } }: Resource<KindMap['ServiceEntry']>, service: Service): string {
  if (namespace !== service.namespace)
    return `clients in namespace "${namespace}" use the ServiceEntry, other clients use the Service`;
  if (spec?.resolution !== 'STATIC') return 'clients use the Service, and the ServiceEntry has no effect';
  return 'clients share their requests among its pods and the endpoints of the ServiceEntry';
}
