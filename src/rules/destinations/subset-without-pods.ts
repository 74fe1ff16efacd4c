import { type Labels, selects } from '../../mesh/workloads/labels';
import { selectsAnything } from '../../mesh/workloads/machines';
import type { Mesh } from '../../mesh/mesh';
import type { Service } from '../../mesh/services/service';
import { endpointsOf } from '../../mesh/services/services';
import { workloadsSelected } from '../../mesh/workloads/workloads';
import { isNearly } from '../../mesh/world';
import type { Subset } from '../../schema/kinds/networking';
import { oneOf } from '../../schema/spelling';
import type { Field } from '../../source/field';
import type { Resource } from '../../source/resource';
import { type Context, type Missing, rule } from '../rule';
import { labelText } from '../workloads/selectors';
import { declaredSubsets } from './shaped-services';
import { isRoutedTo } from './subset-references';

export default rule({
  name: 'subset-without-pods',
  category: 'reference',
  severity: 'error',
  summary: 'No endpoint of the service has the labels of a subset.',
  url: 'https://istio.io/latest/docs/reference/config/networking/destination-rule/',
  docs: `
    A subset has the endpoints of its host that carry all of its labels. Without any, its cluster is
    empty: requests that are routed to it get 503 with the response flag UH (NC for hosts that are
    resolved by DNS, because the cluster is not created). When no route uses the subset, the finding
    is info.

    Fix: correct the labels, or deploy pods with them.

    Endpoints of this service are compared, with the labels of their node. istioctl accepts pods of
    any service and namespace, and does not know the endpoints of ServiceEntries.
  `,
  sameAs: ['IST0173', 'KIA0203'],
  check(context) {
    const { mesh, missing } = context;
    for (const { field, host, service } of declaredSubsets(mesh)) {
      const { name = '', labels = {} } = field.value;
      if (Object.keys(labels).length === 0) continue;
      const carried = labelsBehind(mesh, service);
      if (!carried || carried.some((each) => selects(labels, each))) continue;
      const details = {
        about: name,
        sameAs: [...(selectsAnything(mesh, labels) ? [] : ['IST0173']), 'KIA0203'],
        related: [{ place: service.field, message: 'the service' }],
        ...(!isRoutedTo(mesh, host, name) && { severity: 'info' as const }),
      };
      const message = `no pod of "${host}" has the labels ${labelText(labels)} of subset "${name}"${hint(labels, carried)}`;
      missing(
        field.get('labels'),
        { ...missingWorkload(service), isMisspelt: !mesh.isPartial && isSure(context, service, field, carried) },
        message,
        details,
      );
    }
  },
});

/**
 * Whether the pods of a service are known: some are applied together with it, and either so is the subset, or they have its labels with
 * other values. A misspelling is one in any case.
 */
function isSure(
  { mesh, company }: Context,
  service: Service,
  { resource, value: { labels = {} } }: Field<Subset>,
  carried: readonly Labels[],
): boolean {
  if (!service.selector) return carried.length > 0;
  const declared = service.field.resource;
  const isBeside = company(declared, resource) !== 'unknown' || folderOf(declared) === folderOf(resource);
  const isKnown = workloadsSelected(mesh, service.selector, service.namespace).some(
    (workload) =>
      company(declared, workload.resource) !== 'unknown' &&
      (isBeside || Object.keys(labels).every((key) => Object.hasOwn(workload.labels, key))),
  );
  return isKnown || carried.some((each) => isNearly(labels, each));
}

/** Steps of one walk-through lie in one folder, where they are not applied at once. */
const folderOf = ({ file: { path } }: Resource<unknown>): string => path.slice(0, path.lastIndexOf('/') + 1);

/** The labels of everything that a service may lead to, also of what has no pods just now; undefined where nobody can tell. */
function labelsBehind(mesh: Mesh, service: Service): readonly Labels[] | undefined {
  const found = endpointsOf(mesh, service).map(({ labels }) => labels);
  if (!service.selector) return found.length > 0 ? found : undefined;
  return [...found, ...workloadsSelected(mesh, service.selector, service.namespace).map(({ labels }) => labels)];
}

const missingWorkload = ({ namespace, isInCluster, selector }: Service): Missing => ({
  kind: !isInCluster && !selector ? 'ServiceEntry' : 'Deployment',
  namespace,
});

/** What the first label is instead, where it is at all. */
function hint(labels: Labels, carried: readonly Labels[]): string {
  for (const [name, value] of Object.entries(labels)) {
    const values = [...new Set(carried.flatMap((each) => (Object.hasOwn(each, name) ? each[name]! : [])))];
    if (values.includes(value) || values.length === 0) continue;
    return `; found ${name} ${oneOf(values.slice(0, 5), 'and')}`;
  }
  return '';
}
