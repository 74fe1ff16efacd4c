/** What to say of hosts that no service goes by. */
import { covers, isWildcard, serviceHost } from '../../mesh/services/hostname';
import { perMesh } from '../../mesh/memo';
import { groupBy } from '../../mesh/grouping';
import type { Mesh } from '../../mesh/mesh';
import { namespaces } from '../../mesh/settings/namespaces';
import type { Service } from '../../mesh/services/service';
import { services, servicesCalled } from '../../mesh/services/services';
import { isVisible } from '../../mesh/traffic/visibility';
import { didYouMean, nearest, unmistakable } from '../../schema/spelling';
import type { Field } from '../../source/field';
import { replacing } from '../edits';
import type { Fix, Missing } from '../rule';

/** The namespace in the full name of a Kubernetes Service; undefined for hosts of any other form. */
export function namespaceInHost(mesh: Mesh, host: string): string | undefined {
  const suffix = `.svc.${mesh.domain}`;
  return host.endsWith(suffix) ? host.slice(0, -suffix.length).split('.').at(-1) : undefined;
}

/** Whether a Service only stands for the host in `externalName`: Istio 1.4 has clusters for such a Service. */
export const isAlias = (mesh: Mesh, { resolution }: Service): boolean =>
  resolution === 'alias' && mesh.release !== '1.4';

/** What the input would have to hold for a host to be known. */
export function missingHost(mesh: Mesh, host: string): Missing {
  const namespace = namespaceInHost(mesh, host);
  return namespace === undefined ? { kind: 'ServiceEntry', namespace: '' } : { kind: 'Service', namespace };
}

/** The full name that was meant by `name.namespace` or `name.namespace.svc`, which Istio does not complete; the namespace must be known. */
export function completed(mesh: Mesh, host: string): string | undefined {
  const [name = '', namespace = '', ...rest] = host.split('.');
  if (name === '' || rest.length > 1 || (rest[0] ?? 'svc') !== 'svc') return undefined;
  return namespaces(mesh).has(namespace) ? serviceHost(name, namespace, mesh.domain) : undefined;
}

/** As `completed`, where there is such a service. */
export function halfWritten(mesh: Mesh, host: string): string | undefined {
  const full = completed(mesh, host);
  return full !== undefined && servicesCalled(mesh, full).length > 0 ? full : undefined;
}

const wildcards = perMesh((mesh) => services(mesh).filter(({ hostname }) => isWildcard(hostname)));

/** A service with a wildcard for its host that covers this one without providing it, as some of those who look may see it. */
export const coveredBy = (mesh: Mesh, host: string, viewers: readonly string[]): Service | undefined =>
  wildcards(mesh).find(
    (service) => covers(service.hostname, host) && viewers.some((viewer) => isVisible(mesh, service, viewer)),
  );

const byName = perMesh((mesh) => groupBy(services(mesh), ({ name }) => name));
const byNamespace = perMesh((mesh) => groupBy(services(mesh), ({ namespace }) => namespace));
const external = perMesh((mesh) => services(mesh).filter(({ isInCluster }) => !isInCluster));

/** The way out for a host that nobody goes by: a name that is near, the same name elsewhere, or what to declare. */
export function hostHint(mesh: Mesh, written: string, host: string, viewers: readonly string[]): string {
  const half = halfWritten(mesh, host);
  if (half) return `; Istio expands only names without a dot: use "${half}"`;
  const namespace = namespaceInHost(mesh, host);
  if (namespace === undefined) {
    const wide = coveredBy(mesh, host, viewers);
    if (wide) return `; "${wide.hostname}" covers it, but a wildcard host must be referenced by its own name`;
    return (
      didYouMean(
        written,
        external(mesh).map(({ hostname }) => hostname),
      ) || '; define it in a ServiceEntry'
    );
  }
  const [name = ''] = host.split('.');
  const meant = nearest(
    name,
    (byNamespace(mesh).get(namespace) ?? []).map((service) => service.name),
  );
  if (meant !== undefined) return `; did you mean "${written.replace(name, meant)}"?`;
  const elsewhere = (byName(mesh).get(name) ?? []).map(({ hostname }) => `"${hostname}"`);
  return elsewhere.length > 0 ? `; found ${elsewhere.slice(0, 3).join(', ')}` : '';
}

/** What would make a host known that nobody goes by, where there is no doubt which one is meant. */
export function hostFix(mesh: Mesh, field: Field<string | undefined>, host: string): Fix | undefined {
  const half = halfWritten(mesh, host);
  if (half) return replacing(field, half);
  const namespace = namespaceInHost(mesh, host);
  const [name = ''] = host.split('.');
  const beside = namespace === undefined ? [] : (byNamespace(mesh).get(namespace) ?? []);
  const meant = unmistakable(
    name,
    beside.map((service) => service.name),
  );
  if (meant !== undefined) return replacing(field, field.value!.replace(name, meant), 'unsafe');
  const [only, ...others] = namespace === undefined ? [] : (byName(mesh).get(name) ?? []);
  return only && others.length === 0 ? replacing(field, only.hostname, 'unsafe') : undefined;
}

/** Where a service is declared, for a finding that is about something else. */
export const declaredAt = ({ field }: Service) => ({ place: field, message: 'the service' });
