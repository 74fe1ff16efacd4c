import { isSniffed, isTcp, isTls } from '../../mesh/services/protocol';
import { portsOf } from './served-ports';
import { rule } from '../rule';

export default rule({
  name: 'external-name-as-tcp',
  category: 'traffic',
  severity: 'warning',
  summary: 'An ExternalName Service has a port that Istio treats as plain TCP.',
  docs: `
    Such a Service has no address of its own, so the proxies that see it listen on all addresses of
    that port, and send to the external name whatever they cannot tell apart otherwise. Calls to
    other hosts on that port may end at the wrong server. Name the port by a protocol that tells
    hosts apart: \`http\`, or \`https\` and \`tls\`, which go by the name that the client asks for.
  `,
  sameAs: ['IST0150'],
  check({ mesh, report }) {
    for (const service of mesh.all('Service')) {
      if (service.value.spec?.type !== 'ExternalName') continue;
      for (const { field, protocol } of portsOf(service)) {
        const { name = '', port } = field.value;
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
