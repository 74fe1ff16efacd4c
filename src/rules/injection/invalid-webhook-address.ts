import { controlPlaneWebhooks } from '../../mesh/injection/control-plane-webhooks';
import { parseUrl } from '../../schema/go-url';
import { rule } from '../rule';

export default rule({
  name: 'invalid-webhook-address',
  category: 'traffic',
  severity: 'error',
  summary: 'A webhook configuration does not contain the address of the control plane.',
  url: 'https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/',
  docs: `
    A webhook needs the \`service\` of a control plane in the cluster or the \`url\` of one outside.
    Without either, no sidecars are injected and no configuration is validated. Often an
    installation for an external control plane was not given its address.

    Fix: set \`service\` or \`url\`.
  `,
  sameAs: ['IST0163'],
  check({ mesh, report }) {
    for (const webhook of controlPlaneWebhooks(mesh)) {
      const { name = '', clientConfig } = webhook.value;
      const { url, service } = clientConfig ?? {};
      const config = webhook.get('clientConfig');
      if (url === undefined && !service) report(config, `webhook "${name}" has neither a service nor a url`);
      else if (url !== undefined && !parseUrl(url)?.host)
        report(config.get('url'), `"${url}" is not the URL of a control plane`);
    }
  },
});
