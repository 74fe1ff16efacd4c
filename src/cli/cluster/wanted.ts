import type { Mesh } from '../../mesh/mesh';
import { namedCredentials } from './credentials';
import { isNamespaceName, isObjectName } from './names';

/** Objects of one kind in one namespace (empty for what lies in none) that are read by their names. */
export interface Wanted {
  resource: string;
  namespace: string;
  names: string[];
}

const DEFINITIONS = 'customresourcedefinitions.apiextensions.k8s.io';
// A command line has a greatest length.
const MOST_NAMES = 200;

/**
 * What is read by name only: credentials that something names, Istio's own settings, and the definitions of the Gateway API. What
 * cannot be the name of an object is not read: the API server has no such object, and the name may come from a stranger.
 */
export function wantedByName(mesh: Mesh, served: ReadonlySet<string>): Wanted[] {
  const wanted = new Map<string, Wanted>();
  const want = (resource: string, namespace: string, name: string) => {
    if (!isObjectName(name) || (namespace !== '' && !isNamespaceName(namespace))) return;
    const key = `${resource}/${namespace}`;
    const entry = wanted.get(key) ?? { resource, namespace, names: [] };
    if (!entry.names.includes(name)) entry.names.push(name);
    wanted.set(key, entry);
  };
  for (const { kind, namespace, name } of namedCredentials(mesh))
    want(kind === 'Secret' ? 'secrets' : 'configmaps', namespace, name);
  for (const { namespace, name } of settings(mesh)) want('configmaps', namespace, name);
  if (served.has(DEFINITIONS))
    for (const resource of served) if (resource.endsWith('.gateway.networking.k8s.io')) want(DEFINITIONS, '', resource);
  return [...wanted.values()].flatMap(inPieces);
}

/** The mesh configuration and the injector's, for every revision of the control plane. */
function settings(mesh: Mesh): { namespace: string; name: string }[] {
  const planes = mesh.all('Deployment').filter(({ metadata }) => metadata.labels?.['app'] === 'istiod');
  const found = planes.map(({ namespace, metadata }) => ({ namespace, revision: metadata.labels?.['istio.io/rev'] }));
  const asked = found.length ? found : [{ namespace: 'istio-system', revision: undefined }];
  return asked.flatMap(({ namespace, revision }) => {
    const suffix = revision && revision !== 'default' ? `-${revision}` : '';
    return [`istio${suffix}`, `istio-sidecar-injector${suffix}`].map((name) => ({ namespace, name }));
  });
}

const inPieces = ({ resource, namespace, names }: Wanted): Wanted[] =>
  Array.from({ length: Math.ceil(names.length / MOST_NAMES) }, (_, index) => ({
    resource,
    namespace,
    names: names.slice(index * MOST_NAMES, (index + 1) * MOST_NAMES),
  }));
