import { annotated } from './annotated';
import { rule } from '../rule';

/** The installation of Istio's CNI plugin writes these. istio: maturity.conditionallyIgnoredAnnotations */
const WRITTEN_BY_CNI = new Set([
  'sidecar.istio.io/interceptionMode',
  'traffic.sidecar.istio.io/includeInboundPorts',
  'traffic.sidecar.istio.io/excludeInboundPorts',
  'traffic.sidecar.istio.io/includeOutboundIPRanges',
]);

/** Istio's own charts write it, and there is no other way to deploy a gateway by injection. */
const TEMPLATES = 'inject.istio.io/templates';

export default rule({
  name: 'alpha-annotation',
  category: 'practice',
  severity: 'info',
  summary: 'An annotation of an alpha feature of Istio is used.',
  docs: `
    It works today, but a later release may change or drop it without notice. Most annotations of
    Istio are alpha and many are in wide use, so this is only worth knowing before an upgrade.
    The analyzer of istioctl with this message exists but is never run.
  `,
  sameAs: ['IST0136'],
  check({ mesh, report }) {
    for (const { name, field, kind, known, containers } of annotated(mesh)) {
      if (known?.maturity !== 'alpha' || name === TEMPLATES) continue;
      if (kind === 'Pod' && WRITTEN_BY_CNI.has(name) && !containers.includes('istio-init')) continue;
      report(field.key, `annotation "${name}" is an alpha feature of Istio and may change or disappear`);
    }
  },
});
