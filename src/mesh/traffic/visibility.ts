/** To which namespaces services and configuration are exported. */
import type { Mesh } from '../mesh';
import { meshConfig } from '../settings/mesh-config';
import type { Service } from '../services/service';

/** The namespaces that may see something, by name, or all of them. */
export type Export = 'everywhere' | ReadonlySet<string>;

const NOWHERE: ReadonlySet<string> = new Set<string>();

/** What an exportTo list, or the mesh's default in its place, means to something in a namespace. */
export function exportOf(declared: Iterable<string>, defaults: readonly string[], namespace: string): Export {
  const listed = new Set(declared);
  const entries = listed.size > 0 ? listed : new Set(defaults);
  if (entries.has('*')) return 'everywhere';
  if (entries.has('~')) return NOWHERE;
  return new Set([...entries].map((entry) => (entry === '.' ? namespace : entry)));
}

/** Whether a namespace is among those of an export. */
export const reaches = (to: Export, namespace: string): boolean => to === 'everywhere' || to.has(namespace);

/** To whom a service is exported. istio: PushContext.serviceExportTo, initServiceRegistry */
export function exportedTo(mesh: Mesh, { exportTo, namespace, visibility }: Service): Export {
  const { defaultServiceExportTo, serviceEntryVisibility } = meshConfig(mesh);
  const to = exportOf(exportTo, defaultServiceExportTo, namespace);
  if (visibility === 'public' || !serviceEntryVisibility?.applyToSidecars) return to;
  return visibility === 'namespace' && reaches(to, namespace) ? new Set([namespace]) : NOWHERE;
}

/** Whether configuration in a namespace may see a service. istio: PushContext.IsServiceVisible */
export const isVisible = (mesh: Mesh, service: Service, namespace: string): boolean =>
  reaches(exportedTo(mesh, service), namespace);
