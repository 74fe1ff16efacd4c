import { workloadsSelected } from '../../mesh/workloads/workloads';
import { gatewayCalled, workloadsOfGateway } from '../../mesh/gateways/gateways';
import { reaches } from '../../mesh/traffic/visibility';
import { writtenVirtualServices } from '../../mesh/traffic/virtual-services';
import type { KindMap } from '../../schema/kinds';
import type { Resource } from '../../source/resource';
import type { Mesh } from '../../mesh/mesh';
import { type Missing, rule } from '../rule';

export default rule({
  name: 'virtual-service-hidden-from-gateway',
  category: 'traffic',
  severity: 'error',
  summary: 'A VirtualService is not exported to the namespace of the gateway that it names.',
  url: 'https://istio.io/latest/docs/reference/config/networking/virtual-service/',
  docs: `
    A gateway receives the VirtualServices that are exported to the namespace of its pods, which may
    differ from the namespace of the Gateway object. With \`exportTo: ["."]\`, or with
    \`defaultVirtualServiceExportTo\` in MeshConfig, it does not receive this one and answers its
    requests with 404 (response flag NR).

    Fix: add the namespace of the gateway's pods to \`exportTo\`.
  `,
  check({ mesh, missing }) {
    for (const { resource, gateways, exportTo } of writtenVirtualServices(mesh)) {
      if (exportTo === 'everywhere') continue;
      for (const { name, field } of gateways) {
        const gateway = name === 'mesh' ? undefined : gatewayCalled(mesh, name);
        const [workload, ...others] = gateway ? workloadsOfGateway(mesh, gateway) : [];
        if (!workload || [workload, ...others].some(({ namespace }) => reaches(exportTo, namespace))) continue;
        const written = resource.value.spec?.exportTo?.length ? resource.at(['spec', 'exportTo']).key : field;
        missing(
          written,
          podsElsewhere(mesh, resource),
          `not exported to namespace "${workload.namespace}", where the pods of gateway "${name}" run, so they answer 404 (response flag NR); add "${workload.namespace}" to exportTo`,
          { related: [{ place: workload.resource.at(['metadata', 'name']), message: 'the pods of the gateway' }] },
        );
      }
    }
  },
});

/** The gateway may have pods in a namespace that the list names, and of which the input holds no workloads. */
function podsElsewhere(mesh: Mesh, { namespace, value }: Resource<KindMap['VirtualService']>): Missing {
  const others = (value.spec?.exportTo ?? []).filter((each) => each !== '.' && each !== namespace);
  const unknown = others.find((each) => workloadsSelected(mesh, undefined, each).length === 0);
  return { kind: 'Deployment', namespace: unknown ?? '', isMisspelt: unknown === undefined };
}
