/** Which routes, subsets and policies the requests of tests have touched. */
import type { Journey, PolicyName } from '../simulation/journey';
import { actionOf } from '../mesh/policies/authorization';
import { configs } from '../mesh/settings/configs';
import type { Mesh } from '../mesh/mesh';
import type { Field } from '../source/field';

/** Something that a test may touch. */
export interface Item {
  readonly kind: 'route' | 'subset' | 'policy';
  /** As `VirtualService default/reviews spec.http[0].match[1]`. */
  readonly title: string;
  readonly field: Field;
}

/** What there is to touch, and what of it was. */
export class Coverage {
  private readonly items = new Map<string, Item>();
  private readonly touched = new Set<string>();

  /** Adds what a mesh holds; what several meshes hold alike counts once. */
  add(mesh: Mesh): void {
    for (const item of itemsOf(mesh)) this.items.set(keyOf(item.field), item);
  }

  /** Marks everything that a request met on any of its ways. */
  mark({ ways }: Journey): void {
    for (const { hops, serverZtunnel, end } of ways) {
      // Policies of which none allows a request refuse it together, and no step names one of them.
      const refusing = 'refusal' in end ? (end.refusal?.policies ?? []) : [];
      for (const policy of [...refusing, ...(serverZtunnel?.policies ?? [])]) this.touchPolicy(policy);
      for (const { steps, translation } of hops)
        for (const { stage, name, chosen } of steps) {
          // A filter is asked about every request; a policy is touched by those that it decides.
          if (/filter$/.test(stage) && name === undefined) continue;
          const origin = chosen && translation.origins.get(chosen);
          if (origin) this.touch(origin);
        }
    }
  }

  get total(): number {
    return this.items.size;
  }

  /** What no request has touched, in the order of the files. */
  get untouched(): readonly Item[] {
    return [...this.items].filter(([key]) => !this.touched.has(key)).map(([, item]) => item);
  }

  /** Refusals and ztunnel name policies; they do not say which rule decided. */
  private touchPolicy({ kind, namespace, name }: PolicyName): void {
    for (const [key, { field }] of this.items) {
      const { resource } = field;
      if (resource.kind === kind && resource.namespace === namespace && resource.name === name) this.touched.add(key);
    }
  }

  private touch(origin: Field): void {
    // A route is also touched by way of something inside it, a policy by way of one of its rules.
    for (let length = origin.path.length; length >= 0; length--)
      this.touched.add(keyOf(origin.resource.at(origin.path.slice(0, length))));
  }
}

const keyOf = ({ resource, path, file }: Field): string => `${file.path} ${resource.title} ${path.join('.')}`;

function itemsOf(mesh: Mesh): Item[] {
  const item = (kind: Item['kind'], field: Field): Item => ({
    kind,
    title: `${field.resource.title} ${field.pathText}`.trim(),
    field,
  });
  const routes = configs(mesh, 'VirtualService').flatMap((service) => [
    ...service.each('spec.http[]').flatMap((route) => partsOf(route)),
    ...service.each('spec.tls[]').flatMap((route) => partsOf(route)),
    ...service.each('spec.tcp[]').flatMap((route) => partsOf(route)),
  ]);
  const subsets = configs(mesh, 'DestinationRule').flatMap((rule) => rule.each('spec.subsets[]'));
  const policies = configs(mesh, 'AuthorizationPolicy').filter((policy) => actionOf(policy) !== 'AUDIT');
  return [
    ...routes.map((field) => item('route', field)),
    ...subsets.map((field) => item('subset', field)),
    ...policies.map((policy) => item('policy', policy.root)),
  ];
}

/** Each match of a route is a way into it; a route without one is its own. */
function partsOf(route: Field<{ match?: object[] }>): Field[] {
  const matches = route.each('match[]');
  return matches.length > 0 ? matches : [route];
}
