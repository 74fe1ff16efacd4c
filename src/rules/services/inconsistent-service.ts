import { identity } from '../../mesh/mesh';
import type { KindMap } from '../../schema/kinds';
import type { Field } from '../../source/field';
import type { Resource } from '../../source/resource';
import { rule } from '../rule';

type Service = Resource<KindMap['Service']>;

export default rule({
  name: 'inconsistent-service',
  category: 'conflict',
  severity: 'warning',
  summary: 'A Service is not the same in all clusters of the mesh.',
  url: 'https://istio.io/latest/docs/ops/configuration/traffic-management/multicluster/',
  docs: `
    Services with the same name and namespace in several clusters are one service for Istio: it
    combines their endpoints and takes the ports from one of them, the first that it reads. Clients
    may then use a port that some endpoints do not have, or a protocol that some do not expect.

    Fix: make the types, the ports and their names equal.

    Node ports, target ports and addresses may differ. \`istioctl analyze\` compares them too.
  `,
  sameAs: ['IST0170'],
  check({ mesh, report }) {
    if (mesh.clusters.size === 0) return;
    const services = new Map(mesh.all('Service').map((service) => [identity(service), service]));
    for (const [cluster, other] of mesh.clusters)
      for (const theirs of other.all('Service')) {
        const ours = services.get(identity(theirs));
        const found = ours && difference(ours, theirs);
        if (!found) continue;
        const message = `Service ${ours.namespace}/${ours.name} ${found.what} in cluster "${cluster}"`;
        report(found.ours, message, { related: [{ place: found.theirs, message: `in cluster "${cluster}"` }] });
      }
  },
});

interface Difference {
  what: string;
  ours: Field;
  theirs: Field;
}

function difference(ours: Service, theirs: Service): Difference | undefined {
  if (isHeadless(ours) !== isHeadless(theirs)) {
    const path = ['spec', 'clusterIP'];
    const what = isHeadless(ours) ? 'is headless here, and not' : 'has an address here, and is headless';
    return { what, ours: ours.at(path), theirs: theirs.at(path) };
  }
  if (typeOf(ours) !== typeOf(theirs)) {
    const path = ['spec', 'type'];
    return {
      what: `is of type ${typeOf(ours)} here, and ${typeOf(theirs)}`,
      ours: ours.at(path),
      theirs: theirs.at(path),
    };
  }
  return differentPorts(ours, theirs);
}

const isHeadless = ({ value }: Service): boolean => value.spec?.clusterIP === 'None';

const typeOf = ({ value }: Service): string => value.spec?.type ?? 'ClusterIP';

type Port = ReturnType<typeof portsOf>[number];

const portsOf = (service: Service) => service.each('spec.ports[]');

/** What clients see of a port. */
const shown = ({ value: { name = '', port, protocol = 'TCP', appProtocol } }: Port): string =>
  `${name || 'without a name'} ${port}/${protocol}${appProtocol ? ` (${appProtocol})` : ''}`;

/** The first port that is not on the other side, of either. */
function differentPorts(ours: Service, theirs: Service): Difference | undefined {
  const [here, there] = [portsOf(ours), portsOf(theirs)];
  const all = { here: here.map(shown), there: there.map(shown) };
  const list = (ports: readonly string[]) => ports.join(', ') || 'none';
  const own = here.find((port) => !all.there.includes(shown(port)));
  const other = there.find((port) => !all.here.includes(shown(port)));
  if (!own && !other) return undefined;
  return {
    what: `has the ports ${list(all.here)} here, and ${list(all.there)}`,
    ours: own ?? ours.at(['spec', 'ports']),
    theirs: other ?? theirs.at(['spec', 'ports']),
  };
}
