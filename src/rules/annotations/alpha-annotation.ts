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
  isRemark: true,
  summary: 'An annotation of an alpha feature of Istio is used.',
  url: 'https://istio.io/latest/docs/reference/config/annotations/',
  docs: `
    The annotation works today, but a later release may change or remove it without notice. Most of
    Istio's annotations are alpha, and many are widely used, so this is only of interest before an
    upgrade. istioctl has an analyzer with this message but never runs it.
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
