import { NAMESPACE_INJECTION, REVISION } from '../../mesh/injection/injection';
import { injectorOfRevision } from '../../mesh/injection/injector';
import { groupBy } from '../../mesh/grouping';
import type { Mesh } from '../../mesh/mesh';
import { namespaceOf } from '../../mesh/settings/namespaces';
import { proxyContainer } from '../../mesh/workloads/pod-templates';
import { proxyConfigOf } from '../../mesh/workloads/proxy-config';
import type { Pod } from '../../mesh/workloads/workloads';
import { workloads } from '../../mesh/workloads/workloads';
import type { Field } from '../../source/field';
import { rule } from '../rule';

export default rule({
  name: 'outdated-proxy-image',
  category: 'practice',
  severity: 'warning',
  summary: 'Pods of a namespace run another proxy image than the injector would use now.',
  url: 'https://istio.io/latest/docs/setup/upgrade/',
  docs: `
    The pods were created before the control plane was upgraded or its proxy image changed. A proxy
    that is more than one minor release older than its control plane is not supported.

    Fix: restart the workloads (\`kubectl rollout restart\`). Pods that choose their image with the
    annotation \`sidecar.istio.io/proxyImage\` are not checked.
  `,
  sameAs: ['IST0158'],
  check({ mesh, report }) {
    const outdated = workloads(mesh)
      .flatMap(({ pods }) => pods)
      .flatMap((pod) => outdatedImage(mesh, pod));
    for (const [name, images] of groupBy(outdated, ({ resource }) => resource.namespace)) {
      const { resource } = namespaceOf(mesh, name);
      if (!resource) continue;
      const pods = images.length === 1 ? 'a pod runs' : `${images.length} pods run`;
      report(
        resource.at(['metadata', 'name']),
        `${pods} another proxy in namespace "${name}" than "${expectedImage(mesh, name)}"`,
        { related: images.map((place) => ({ place, message: `"${place.value as string}"` })) },
      );
    }
  },
});

/** The image that the injector of a namespace's revision adds. */
function expectedImage(mesh: Mesh, namespace: string): string | undefined {
  const { labels } = namespaceOf(mesh, namespace);
  const revision = labels[REVISION];
  if (labels[NAMESPACE_INJECTION] !== 'enabled' && revision === undefined) return undefined;
  return injectorOfRevision(mesh, revision)?.image;
}

function outdatedImage(mesh: Mesh, { namespace, labels, annotations, template }: Pod): Field[] {
  const expected = expectedImage(mesh, namespace);
  const container = proxyContainer(template);
  if (expected === undefined || !container || annotations['sidecar.istio.io/proxyImage']) return [];
  const image = container.get('image');
  if (image.value === 'auto') return [];
  const type = proxyConfigOf(mesh, { namespace, labels, annotations }).image?.imageType ?? '';
  const variant = type === '' || type === 'default' ? [] : [`${expected}-${type}`];
  return [expected, ...variant].includes(image.value ?? '') ? [] : [image];
}
