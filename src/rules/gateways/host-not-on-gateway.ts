import { hostsOpenTo } from '../../mesh/gateways/gateway-hosts';
import { groupBy } from '../../mesh/grouping';
import { fullHost, overlaps } from '../../mesh/services/hostname';
import { oneOf } from '../../schema/spelling';
import { type GatewayReference, type Referent, gatewayReferences } from './gateway-references';
import { type Context, rule } from '../rule';

export default rule({
  name: 'host-not-on-gateway',
  category: 'reference',
  severity: 'warning',
  summary: 'A VirtualService is bound to a gateway that serves none of its hosts.',
  url: 'https://istio.io/latest/docs/reference/config/networking/virtual-service/',
  docs: `
    A gateway uses the hosts of a VirtualService that its servers allow. Requests for other hosts
    get 404 with the response flag NR. A server can limit its hosts to namespaces
    ("team/*.example.com", "./*"), which are those of the VirtualServices.

    Fix: add the host to the server, or correct it. When other gateways of the list serve the hosts,
    only this reference has no effect, and the finding is info.
  `,
  sameAs: ['IST0132'],
  check(context) {
    const groups = groupBy(gatewayReferences(context.mesh), ({ virtualService }) => virtualService);
    for (const references of groups.values()) checkOne(context, references);
  },
});

function checkOne({ mesh, report }: Context, references: readonly GatewayReference[]): void {
  const { virtualService } = references[0]!;
  const hosts = virtualService.each('spec.hosts[]');
  const names = hosts.map(({ value }) => fullHost(value, virtualService.namespace, mesh.domain));
  if (names.length === 0) return;
  const open = references.map(({ referent }) => hostsOf(referent, virtualService.namespace));
  const isServed = (host: string): boolean => open.some((each) => each?.some((other) => overlaps(other, host)));
  references.forEach(({ field, name, referent }, index) => {
    const served = open[index];
    if (!served || names.some((host) => served.some((other) => overlaps(other, host)))) return;
    const elsewhere = names.every(isServed);
    const listed = hosts.length === 1 ? `the host "${hosts[0]!.value}"` : `any of the hosts ${quoted(hosts)}`;
    const message =
      served.length === 0
        ? `gateway "${name}" accepts no hosts from namespace "${virtualService.namespace}"`
        : `gateway "${name}" does not serve ${listed}; it serves ${oneOf(served.slice(0, 5), 'and')}`;
    report(field, message, {
      ...(elsewhere && { severity: 'info' }),
      related:
        'gateway' in referent ? [{ place: referent.gateway.at(['metadata', 'name']), message: 'the gateway' }] : [],
    });
  });
  // Whether some other host is left over is only known where all gateways are, and none has been reported.
  if (open.some((each) => each === undefined) || !names.some(isServed)) return;
  names.forEach((host, index) => {
    if (!isServed(host))
      report(hosts[index]!, `none of the gateways serves the host "${hosts[index]!.value}"`, { sameAs: [] });
  });
}

const quoted = (hosts: readonly { value: string }[]): string => oneOf(hosts.slice(0, 5).map(({ value }) => value));

/** The hosts that a gateway serves to a namespace; undefined where that is not known, or is not a matter of gateways. */
function hostsOf(referent: Referent, namespace: string): readonly string[] | undefined {
  if (referent.kind === 'gateway') return hostsOpenTo(referent.gateway, namespace);
  if (referent.kind !== 'kubernetes-gateway') return undefined;
  return referent.gateway.each('spec.listeners[]').map(({ value }) => value.hostname || '*');
}
