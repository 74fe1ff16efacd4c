import { controlPlaneWebhooks } from '../../mesh/injection/control-plane-webhooks';
import { parseUrl } from '../../schema/go-url';
import { rule } from '../rule';

export default rule({
  name: 'invalid-webhook-address',
  category: 'traffic',
  severity: 'error',
  summary: 'A webhook configuration does not contain the address of the control plane.',
  docs: `
    A webhook needs either the \`service\` of a control plane in the cluster, or the \`url\` of one
    outside. With neither, nobody injects sidecars or validates configuration. The address of an
    external control plane is often filled in by an installation that was not told it.
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
