import { controlPlaneWebhooks } from '../../mesh/injection/control-plane-webhooks';
import { parseUrl } from '../../schema/go-url';
import { isIp } from '../../schema/ip';
import { rule } from '../rule';

export default rule({
  name: 'webhook-without-hostname',
  category: 'practice',
  severity: 'info',
  summary: 'A webhook uses an IP address for the external control plane.',
  url: 'https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/',
  docs: `
    The webhook stops working when the address changes, and its certificate must be issued for the
    address.

    Fix: give the control plane a host name, and use that.
  `,
  sameAs: ['IST0164'],
  check({ mesh, report }) {
    for (const webhook of controlPlaneWebhooks(mesh)) {
      const { url } = webhook.value.clientConfig ?? {};
      const host =
        url === undefined
          ? undefined
          : parseUrl(url)
              ?.host.replace(/:\d+$/, '')
              .replace(/^\[(.*)\]$/, '$1');
      if (host !== undefined && isIp(host))
        report(
          webhook.get('clientConfig').get('url'),
          `the control plane address ${host} is an IP address; use a host name`,
        );
    }
  },
});
