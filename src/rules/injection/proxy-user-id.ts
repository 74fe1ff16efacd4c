import { PROXY_CONTAINER, isControlPlane, podTemplates } from '../../mesh/workloads/pod-templates';
import { runsProxy } from '../../mesh/workloads/proxy';
import { rule } from '../rule';

/** The user that the proxy runs as, and whose packets are not redirected to it. */
const PROXY_USER = 1337;
const EXEMPT = new Set([PROXY_CONTAINER, 'istio-operator']);

export default rule({
  name: 'proxy-user-id',
  category: 'traffic',
  severity: 'warning',
  summary: 'An application runs as user 1337, the user of the proxy.',
  url: 'https://istio.io/latest/docs/ops/deployment/application-requirements/',
  docs: `
    The traffic redirection excludes the user ID 1337, which is that of the proxy. Everything that
    the application sends bypasses the proxy: no mutual TLS, no routes, no policies, no metrics.

    Fix: use another \`runAsUser\`.
  `,
  sameAs: ['IST0144'],
  check({ mesh, report }) {
    for (const { workload, template, resource } of podTemplates(mesh)) {
      if (isControlPlane(resource)) continue;
      const containers = template.each('spec.containers[]').filter(({ value }) => !EXEMPT.has(value.name ?? ''));
      if (containers.length === 0 && runsProxy(workload)) continue;
      const users = [
        ...template.each('spec.securityContext.runAsUser'),
        ...containers.flatMap((container) => container.each('securityContext.runAsUser')),
      ];
      for (const user of users)
        if (user.value === PROXY_USER)
          report(user, `traffic of user ${PROXY_USER} bypasses the proxy; run the application as another user`);
    }
  },
});
