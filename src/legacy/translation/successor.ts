/** Objects of today that say what objects of Istio 1.4 said, with the places where these said it. */
import type { Field } from '../../source/field';
import type { Path } from '../../source/path';
import { type KubernetesObject, type Provenance, Resource, type Source } from '../../source/resource';

/** A path in the new object, and the field of an old one that says so. */
export type PlaceOf = readonly [path: Path, field: Field];

/** A new object in the place of an old one. What no entry of `places` names stands where the old object stands. */
export function successor<T extends KubernetesObject>(of: Resource<unknown>, value: T, places: readonly PlaceOf[]) {
  const provenance = new Translated(of.root, places);
  return new Resource<T>(of.document, of.base, value, value, provenance);
}

class Translated implements Provenance {
  constructor(
    private readonly whole: Field,
    private readonly places: readonly PlaceOf[],
  ) {}

  sourceOf(path: Path): Source {
    const named = this.places.filter(([start]) => start.every((step, index) => path[index] === step));
    const [start, field] = named.reduce((one, other) => (other[0].length > one[0].length ? other : one), [
      [],
      this.whole,
    ] as PlaceOf);
    return written(field, path.slice(start.length));
  }
}

function written({ resource, path }: Field, rest: Path): Source {
  const whole = [...path, ...rest];
  const { document, base, provenance } = resource;
  return provenance?.sourceOf(whole) ?? { document, path: [...base, ...whole] };
}
