import { isSniffed, isTcp, isTls } from '../../mesh/services/protocol';
import { portsOf } from './served-ports';
import { rule } from '../rule';

export default rule({
  name: 'external-name-as-tcp',
  category: 'traffic',
  severity: 'warning',
  summary: 'An ExternalName Service has a port that Istio treats as plain TCP.',
  url: 'https://kubernetes.io/docs/concepts/services-networking/service/',
  docs: `
    An ExternalName Service has no address, so proxies listen on all addresses of that port and send
    every connection that they cannot identify to the external name. Calls to other hosts on that
    port may reach the wrong server.

    Fix: name the port with a protocol that identifies the host: \`http\`, or \`https\` and \`tls\`, which
    use the server name.
  `,
  sameAs: ['IST0150'],
  check({ mesh, report }) {
    for (const service of mesh.all('Service')) {
      if (service.value.spec?.type !== 'ExternalName') continue;
      for (const { field, protocol } of portsOf(service)) {
        const { name = '', port } = field.value;
        if (typeof port !== 'number') continue;
        if (!isSniffed(protocol) && (!isTcp(protocol) || isTls(protocol))) continue;
        const place = name ? field.get('name') : field.get('port');
        // istioctl looks for the one name "tcp".
        const sameAs = isSniffed(protocol) || name === 'tcp' ? ['IST0150'] : [];
        report(
          place,
          `port ${port} of an ExternalName Service is treated as TCP and captures that port on all addresses; name it "http" or "tls"`,
          { sameAs },
        );
      }
    }
  },
});
