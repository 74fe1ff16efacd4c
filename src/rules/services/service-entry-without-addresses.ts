import { configs } from '../../mesh/settings/configs';
import type { Mesh } from '../../mesh/mesh';
import { meshConfig } from '../../mesh/settings/mesh-config';
import { valueAt } from '../../source/path';
import { rule } from '../rule';
import { own } from '../../source/own';

export default rule({
  name: 'service-entry-without-addresses',
  category: 'traffic',
  severity: 'warning',
  summary: 'A ServiceEntry has a TCP port but no addresses to identify its connections.',
  url: 'https://istio.io/latest/docs/reference/config/networking/service-entry/',
  docs: `
    A proxy identifies HTTP requests by their host and TLS connections by the server name. It
    identifies a plain TCP connection by its address only. Without addresses, sidecars listen on the
    port for every address, so connections of other services to the same port also reach this host,
    and a second entry for the port has no effect.

    Fix: set \`addresses\`, or let Istio allocate them: with DNS proxying (ISTIO_META_DNS_CAPTURE in
    proxyMetadata), hosts get addresses of their own.

    istioctl also requires ISTIO_META_DNS_AUTO_ALLOCATE, which releases since 1.25 do not need; when
    only that is missing, the finding is info.
  `,
  sameAs: ['IST0134'],
  check({ mesh, report }) {
    const capture = dnsCapture(mesh);
    if (capture === 'with-addresses') return;
    for (const entry of configs(mesh, 'ServiceEntry')) {
      const { addresses = [] } = entry.value.spec ?? {};
      if (addresses.length > 0 || isNonEmpty(valueAt(entry.written, ['status', 'addresses']))) continue;
      for (const port of entry.each('spec.ports[]')) {
        const protocol = (port.value.protocol ?? '').toUpperCase();
        if (protocol !== '' && protocol !== 'TCP') continue;
        const what = protocol === '' ? 'has no protocol, so it may be TCP' : 'is TCP';
        const message = `port ${port.value.number ?? ''} ${what}, and it has no addresses to identify its connections; set "addresses"`;
        report(protocol === '' ? port : port.get('protocol'), message, {
          about: String(port.value.number),
          ...(capture === 'on' && { severity: 'info' as const }),
        });
      }
    }
  },
});

const isNonEmpty = (value: unknown): boolean => Array.isArray(value) && value.length > 0;

/** Whether proxies answer for names, and whether istioctl can tell that hosts have addresses. */
function dnsCapture(mesh: Mesh): 'off' | 'on' | 'with-addresses' {
  const { proxyMetadata = {} } = meshConfig(mesh).defaultConfig;
  const isOn = (name: string): boolean => own(proxyMetadata, name) === 'true';
  if (!isOn('ISTIO_META_DNS_CAPTURE')) return 'off';
  const allocates = isOn('ISTIO_META_DNS_AUTO_ALLOCATE') || isOn('PILOT_ENABLE_IP_AUTOALLOCATE');
  return allocates ? 'with-addresses' : 'on';
}
