import { rule } from '../src/rules/rule';

/** The example of CONTRIBUTING.md: a rule about one kind. */
export const routeWithoutTimeout = rule({
  name: 'route-without-timeout',
  category: 'practice',
  severity: 'info',
  summary: 'A route of a VirtualService has no timeout.',
  url: 'https://istio.io/latest/docs/tasks/traffic-management/request-timeouts/',
  docs: `
    Istio sets no timeout of its own. When the workload does not answer, the client waits until
    it gives up or the connection is closed.

    Fix: set \`timeout\` on the route.
  `,
  check({ mesh, report }) {
    for (const virtualService of mesh.all('VirtualService')) {
      for (const route of virtualService.each('spec.http[]')) {
        if (route.value.redirect || route.value.timeout !== undefined) continue;
        report(route, 'this route has no timeout; set "timeout"');
      }
    }
  },
});
