import type { Mesh } from '../../mesh/mesh';
import type { KindMap } from '../../schema/kinds';
import type { Resource } from '../../source/resource';
import { rule } from '../rule';
import { own } from '../../source/own';

/** What a release of Istio reads, by the names of the definitions. istio: gatewayapi.MinimumCRDVersions */
const MINIMUM: Readonly<Record<string, string>> = {
  'grpcroutes.gateway.networking.k8s.io': '1.1.0',
  'backendtlspolicies.gateway.networking.k8s.io': '1.4.0',
  'tlsroutes.gateway.networking.k8s.io': '1.5.0',
  'tcproutes.gateway.networking.k8s.io': '1.6.0',
};

const BUNDLE_VERSION = 'gateway.networking.k8s.io/bundle-version';

export default rule({
  name: 'outdated-gateway-api',
  category: 'traffic',
  severity: 'warning',
  summary: 'The definition of a Gateway API kind is too old for Istio.',
  url: 'https://istio.io/latest/docs/tasks/traffic-management/ingress/gateway-api/',
  docs: `
    The control plane does not watch kinds whose definitions are too old. Routes of that kind have
    no effect, and their status does not say why. Where the input has no object of the kind, the
    finding is info.

    Fix: install a newer release of the Gateway API.
  `,
  sameAs: ['IST0176'],
  check({ mesh, report }) {
    for (const definition of mesh.all('CustomResourceDefinition')) {
      const minimum = own(MINIMUM, definition.name);
      const version = definition.metadata.annotations?.[BUNDLE_VERSION];
      if (minimum === undefined || version === undefined || !isOlder(version, minimum)) continue;
      report(
        definition.at(['metadata', 'annotations', BUNDLE_VERSION]),
        `Istio requires "${definition.name}" v${minimum} or later, and this is ${version}`,
        isUsed(mesh, definition) ? {} : { severity: 'info' },
      );
    }
  },
});

/** Other controllers use the Gateway API as well, and older releases of it. */
const isUsed = (mesh: Mesh, { value }: Resource<KindMap['CustomResourceDefinition']>): boolean =>
  mesh.world === 'closed' ||
  mesh.resources.some(({ kind, group }) => kind === value.spec?.names?.kind && group === value.spec.group);

/** By the three numbers alone: what comes before a release counts as that release. */
function isOlder(version: string, minimum: string): boolean {
  const numbers = /^v?(\d+)(?:\.(\d+))?(?:\.(\d+))?(?:[-+]|$)/.exec(version);
  // v0.0.0-dev is what a definition has between releases.
  if (!numbers || /^v?0\.0\.0\b/.test(version)) return false;
  const [own, other] = [numbers.slice(1), minimum.split('.')].map((parts) => parts.map((part) => Number(part ?? 0)));
  const at = own!.findIndex((number, index) => number !== other![index]);
  return at >= 0 && own![at]! < other![at]!;
}
