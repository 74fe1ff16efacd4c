import { groupBy } from '../../mesh/grouping';
import { isGateway, runsProxy } from '../../mesh/workloads/proxy';
import { isHttp, isSniffed } from '../../mesh/services/protocol';
import type { Workload } from '../../mesh/workloads/workloads';
import { type WrittenPort, declaredPorts, portsByWorkload, targetOf } from './served-ports';
import { rule } from '../rule';

export default rule({
  name: 'conflicting-port-protocols',
  category: 'conflict',
  severity: 'warning',
  summary: 'Two ports of Services target one port of the pods with different protocols.',
  docs: `
    The proxy of the pods listens once for each of their ports, in the protocol of the oldest
    Service, or of the one whose name comes first. Clients of the other Service speak as that one
    says: HTTP that arrives at a TCP listener passes without routes, metrics of requests and
    policies for paths; other bytes that arrive at an HTTP listener are refused. Give both ports
    the same protocol.

    istioctl also speaks where the protocols agree, and where port 53 has TCP and UDP, which does
    no harm: it is not repeated here.
  `,
  sameAs: ['IST0116', 'IST0137'],
  check({ mesh, report }) {
    for (const [workload, ports] of portsByWorkload(mesh)) {
      if (!runsProxy(workload) || isGateway(mesh, workload)) continue;
      const targets = groupBy(ports.filter(isTransported), (port) => numberOf(workload, port));
      for (const [target, group] of targets) {
        const [first, ...others] = group;
        const other = others.find((port) => kindOf(port) !== kindOf(first!));
        if (!other) continue;
        const said = group.map(({ service, field, protocol }) => ({
          place: field.get('port'),
          message: `${service.title} says ${protocol === 'UnsupportedProtocol' ? 'nothing' : protocol}`,
        }));
        report(
          workload.resource.at(['metadata', 'name']),
          `port ${target} of ${workload.resource.title} is ${first!.protocol} to "${first!.service.name}" and ${other.protocol} to "${other.service.name}"`,
          { related: said, sameAs: counterparts(group) },
        );
      }
    }
  },
});

/** Proxies leave UDP alone, and find out themselves what nobody says. */
const isTransported = ({ protocol }: WrittenPort): boolean => protocol !== 'UDP' && !isSniffed(protocol);

const kindOf = ({ protocol }: WrittenPort): 'HTTP' | 'TCP' => (isHttp(protocol) ? 'HTTP' : 'TCP');

function numberOf(workload: Workload, port: WrittenPort): number | string {
  const target = targetOf(port);
  if (typeof target === 'number') return target;
  return declaredPorts(workload).find(({ name }) => name === target)?.number ?? target;
}

/** istioctl tells apart whether the Services have the same port number. */
function counterparts(group: readonly WrittenPort[]): string[] {
  const byNumber = groupBy(group, ({ field }) => field.value.port);
  const mixed = [...byNumber.values()].some((ports) => new Set(ports.map(kindOf)).size > 1);
  return [...(mixed ? ['IST0116'] : []), ...(byNumber.size > 1 ? ['IST0137'] : [])];
}
