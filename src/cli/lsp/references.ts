import type { Mesh } from '../../mesh/mesh';
import { subsetsOf } from '../../mesh/traffic/destination-rules';
import { serviceFor } from '../../mesh/services/services';
import type { Place } from '../../source/file';
import type { Field } from '../../source/field';
import type { Path } from '../../source/path';
import type { Resource } from '../../source/resource';

/** What the value of a field names, and where that is declared. */
export function declarationsOf(mesh: Mesh, field: Field): readonly Place[] {
  const { value, resource, path } = field;
  if (typeof value !== 'string') return [];
  const { namespace } = resource;
  switch (nameOfField(path)) {
    case 'host':
    case 'hosts':
      return places(serviceFor(mesh, value, namespace)?.field);
    case 'subset': {
      const host = siblingOf(field, 'host');
      const service = host === undefined ? undefined : serviceFor(mesh, host, namespace);
      return subsetsOf(mesh, service?.hostname ?? host ?? '', namespace).filter((each) => each.value.name === value);
    }
    case 'gateways':
      return gatewayCalled(mesh, value, namespace);
    case 'serviceAccountName':
    case 'serviceAccount':
      return named(mesh.all('ServiceAccount'), value, namespace);
    case 'credentialName':
    case 'secretName':
      return named(mesh.all('Secret'), value, namespace);
    case 'name':
      return referred(mesh, field);
    default:
      return [];
  }
}

/** Every field of the mesh that names what is declared at a place. */
export function referencesTo(mesh: Mesh, declaration: Place): readonly Field[] {
  return mesh.resources.flatMap((resource) =>
    stringsIn(resource).filter((field) => declarationsOf(mesh, field).some((place) => isSame(place, declaration))),
  );
}

/** What a field declares or, if it declares nothing, what it names. */
export function subjectOf(mesh: Mesh, field: Field): Place | undefined {
  const [declared] = declarationsOf(mesh, field);
  if (declared) return declared;
  const { path } = field;
  const isName = path.at(-1) === 'name' && (path.at(-2) === 'metadata' || path.at(-3) === 'subsets');
  if (isName) return path.at(-3) === 'subsets' ? field.resource.at(path.slice(0, -1)) : field;
  return undefined;
}

/** References of the Gateway API and to delegates: `{name, namespace, kind}`. */
function referred(mesh: Mesh, field: Field): readonly Place[] {
  const { resource, path } = field;
  const list = path.findLast((step) => typeof step === 'string' && step !== 'name');
  const namespace = siblingOf(field, 'namespace') ?? resource.namespace;
  const kind = siblingOf(field, 'kind');
  const name = String(field.value);
  switch (list) {
    case 'delegate':
      return named(mesh.all('VirtualService'), name, namespace);
    case 'parentRefs':
      return kind === 'Service'
        ? named(mesh.all('Service'), name, namespace)
        : named(mesh.all('KubernetesGateway'), name, namespace);
    case 'backendRefs':
    case 'targetRefs':
    case 'backendRef':
      return kind === 'Gateway'
        ? named(mesh.all('KubernetesGateway'), name, namespace)
        : kind === 'ServiceEntry'
          ? named(mesh.all('ServiceEntry'), name, namespace)
          : named(mesh.all('Service'), name, namespace);
    case 'certificateRefs':
      return named(mesh.all('Secret'), name, namespace);
    default:
      return [];
  }
}

const named = (all: readonly Resource<unknown>[], name: string, namespace: string): readonly Place[] =>
  all.filter((each) => each.name === name && each.namespace === namespace).map((each) => each.at(['metadata', 'name']));

/** `name` or `namespace/name`. */
function gatewayCalled(mesh: Mesh, reference: string, namespace: string): readonly Place[] {
  const [name = '', elsewhere] = reference.split('/').reverse();
  return named(mesh.all('Gateway'), name, elsewhere ?? namespace);
}

const places = (place: Place | undefined): readonly Place[] => (place ? [place] : []);

/** The name of a field, or of the list that it is an item of. */
const nameOfField = (path: Path): string => String(path.findLast((step) => typeof step === 'string') ?? '');

/** The text beside a field in the same map. */
function siblingOf({ resource, path }: Field, name: string): string | undefined {
  const { value } = resource.at([...path.slice(0, -1), name]);
  return typeof value === 'string' ? value : undefined;
}

function stringsIn(resource: Resource<unknown>): Field[] {
  const found: Field[] = [];
  const walk = (field: Field): void => {
    if (typeof field.value === 'string') found.push(field);
    else if (Array.isArray(field.value)) field.value.forEach((_, index) => walk(field.child(index)));
    else if (field.value !== null && typeof field.value === 'object')
      for (const key of Object.keys(field.value)) walk(field.child(key));
  };
  walk(resource.at([]));
  return found;
}

const isSame = (one: Place, other: Place): boolean =>
  one.file.path === other.file.path && one.resource?.title === other.resource?.title && one.pathText === other.pathText;
