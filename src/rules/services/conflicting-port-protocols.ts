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
  url: 'https://istio.io/latest/docs/ops/configuration/traffic-management/protocol-selection/',
  docs: `
    The proxy of the pods has one listener for each port, with the protocol of the oldest Service,
    or of the first one by name. Clients of the other Service use its protocol: HTTP that arrives at
    a TCP listener passes without routes, request metrics and path policies; other data that arrives
    at an HTTP listener is refused.

    Fix: give both ports the same protocol.

    istioctl also reports equal protocols, and port 53 with TCP and UDP; both work and are not
    reported here.
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
