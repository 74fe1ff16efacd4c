import { configs } from '../../mesh/settings/configs';
import { rule } from '../rule';

export default rule({
  name: 'ignored-route-hostnames',
  category: 'traffic',
  severity: 'warning',
  summary: 'A route for a Service or ServiceEntry has hostnames, which are ignored in the mesh.',
  url: 'https://gateway-api.sigs.k8s.io/mesh/',
  docs: `
    An HTTPRoute or GRPCRoute whose parent is a Service or ServiceEntry applies to all requests for
    that parent; \`hostnames\` only apply at Gateways. The route takes more requests than intended.

    Fix: remove \`hostnames\`, or match the header "Host" instead.
  `,
  check({ mesh, report }) {
    for (const route of [...configs(mesh, 'HTTPRoute'), ...configs(mesh, 'GRPCRoute')]) {
      const { hostnames = [], parentRefs = [] } = route.value.spec ?? {};
      const kinds = parentRefs.map(({ kind = 'Gateway' }) => kind);
      if (hostnames.length === 0 || kinds.length === 0 || !kinds.every((kind) => MESH_PARENTS.has(kind))) continue;
      report(
        route.at(['spec', 'hostnames']).key,
        `hostnames are ignored for the parent ${kinds[0]} "${parentRefs[0]?.name ?? ''}"; the route applies to all of its requests`,
      );
    }
  },
});

const MESH_PARENTS = new Set(['Service', 'ServiceEntry']);
