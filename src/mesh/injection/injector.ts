/** The settings of the sidecar injector, as the control plane's ConfigMap holds them. */
import type { KindMap } from '../../schema/kinds';
import type { Resource } from '../../source/resource';
import { perMesh } from '../memo';
import type { Mesh } from '../mesh';

/** What the ConfigMap of one revision says. */
export interface Injector {
  readonly resource: Resource<KindMap['ConfigMap']>;
  /** Whether pods are injected where neither they nor their namespace say anything. */
  readonly enableNamespacesByDefault: boolean;
  /** The image of the proxies that it adds. */
  readonly image: string;
}

const PREFIX = 'istio-sidecar-injector';

const injectors = perMesh((mesh) => {
  const found = new Map<string, Injector>();
  for (const resource of mesh.all('ConfigMap')) {
    if (!resource.name.startsWith(PREFIX)) continue;
    const values = parsed(resource.value.data?.['values'] ?? '');
    if (values) found.set(resource.name, injectorOf(resource, values));
  }
  return found;
});

/** The injector of a revision, where its ConfigMap is in the input and can be read. istio: util.GetInjectorConfigMapName */
export const injectorOfRevision = (mesh: Mesh, revision = ''): Injector | undefined =>
  injectors(mesh).get(revision === '' || revision === 'default' ? PREFIX : `${PREFIX}-${revision}`);

interface Values {
  global?: { hub?: string; tag?: string; proxy?: { image?: string } };
  sidecarInjectorWebhook?: { enableNamespacesByDefault?: boolean };
}

function injectorOf(resource: Injector['resource'], { global, sidecarInjectorWebhook }: Values): Injector {
  const image = global?.proxy?.image ?? '';
  return {
    resource,
    enableNamespacesByDefault: sidecarInjectorWebhook?.enableNamespacesByDefault === true,
    image: image.includes('/') ? image : `${global?.hub ?? ''}/${image}:${global?.tag ?? ''}`,
  };
}

function parsed(json: string): Values | undefined {
  try {
    const value: unknown = JSON.parse(json);
    return value !== null && typeof value === 'object' ? value : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
