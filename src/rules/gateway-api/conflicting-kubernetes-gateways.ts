import { configs } from '../../mesh/settings/configs';
import { groupBy } from '../../mesh/grouping';
import type { KindMap } from '../../schema/kinds';
import type { Field } from '../../source/field';
import type { Resource } from '../../source/resource';
import { type Context, rule } from '../rule';

export default rule({
  name: 'conflicting-kubernetes-gateways',
  category: 'conflict',
  severity: 'warning',
  summary: 'Several Gateways of the Gateway API use the same address, or serve the same hostname and port.',
  url: 'https://gateway-api.sigs.k8s.io/reference/spec/',
  docs: `
    Istio deploys a proxy and a Service for every Gateway. Two Gateways that request one IP address
    do not both get it, unless the load balancer can share it. Two that serve one hostname on one
    port are both programmed, and DNS decides which one clients reach; this is reported as info.

    Fix: use different addresses or hostnames.

    Gateways that name a Service in \`spec.addresses\` (type Hostname) share its proxy, so their
    routes are combined. Kiali does not compare Gateways with the same name in two namespaces.
  `,
  sameAs: ['KIA1501', 'KIA1502'],
  check(context) {
    const gateways = configs(context.mesh, 'KubernetesGateway');
    reportGroups(context, gateways.flatMap(addressesOf));
    reportGroups(context, gateways.flatMap(listenersOf));
  },
});

type Gateway = Resource<KindMap['KubernetesGateway']>;

/** Something that a Gateway wants, by which it can meet another. */
interface Claim {
  readonly gateway: Gateway;
  readonly field: Field;
  readonly key: string;
  readonly what: string;
  readonly code: string;
}

const addressesOf = (gateway: Gateway): Claim[] =>
  gateway.each('spec.addresses[]').flatMap((field) => {
    const { type = 'IPAddress', value } = field.value;
    if (!value) return [];
    return [
      { gateway, field: field.get('value'), key: `${type} ${value}`, what: `address "${value}"`, code: 'KIA1502' },
    ];
  });

const listenersOf = (gateway: Gateway): Claim[] =>
  gateway.each('spec.listeners[]').flatMap((field) => {
    const { hostname, port, protocol } = field.value;
    if (!hostname) return [];
    const what = `"${hostname}" on port ${port}`;
    return [{ gateway, field: field.get('hostname'), key: `${hostname} ${port} ${protocol}`, what, code: 'KIA1501' }];
  });

function reportGroups({ report }: Context, claims: readonly Claim[]): void {
  for (const all of groupBy(claims, ({ key }) => key).values())
    for (const claim of all) {
      const rivals = all.filter(({ gateway }) => gateway !== claim.gateway);
      const rival = rivals.find(({ gateway }) => gateway.name !== claim.gateway.name) ?? rivals[0];
      if (!rival) continue;
      report(claim.field, `${claim.what} is also used by ${rival.gateway.title}`, {
        related: [{ place: rival.field, message: 'there' }],
        severity: claim.key.startsWith('IPAddress ') ? 'warning' : 'info',
        sameAs: rival.gateway.name === claim.gateway.name ? [] : [claim.code],
      });
    }
}
