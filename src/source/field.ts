import type { Place, SourceFile } from './file';
import type { Range } from './lines';
import { type Path, formatPath } from './path';
import { placeOf } from './places';
import { type Valid, type ValueAt, matchPattern } from './pattern';
import type { Resource } from './resource';
import { own } from './own';

/** A value with its address. Line and column are worked out only when somebody asks for `range`. */
export class Field<out V = unknown> implements Place {
  private known: Range | undefined;

  constructor(
    readonly resource: Resource<unknown>,
    readonly path: Path,
    readonly value: V,
    private readonly pointsAt: 'value' | 'key' = 'value',
  ) {}

  get file(): SourceFile {
    return this.resource.fileOf(this.path);
  }

  get pathText(): string {
    return formatPath(this.path);
  }

  get range(): Range {
    this.known ??= this.pointsAt === 'key' ? this.resource.keyRangeOf(this.path) : this.resource.rangeOf(this.path);
    return this.known;
  }

  /** The field below this one; its value is undefined where there is none, and its place is then that of this one. */
  get<Key extends keyof NonNullable<V> & (string | number)>(key: Key): Field<NonNullable<V>[Key]> {
    return this.child(key) as Field<NonNullable<V>[Key]>;
  }

  /** As `get`, for a name that the types do not know. */
  child(step: string | number): Field {
    const { value } = this;
    const place = Array.isArray(value) && typeof step === 'number' ? placeOf(value, step) : step;
    const inside = typeof value === 'object' ? own(value as Record<string, unknown> | null, step) : undefined;
    return new Field(this.resource, [...this.path, place], inside);
  }

  /** The items of this list with their places, nulls left out; none where it is no list. */
  items(): Field<V extends readonly (infer Item)[] ? Item : never>[] {
    type Item = V extends readonly (infer Each)[] ? Each : never;
    const { value } = this;
    if (!Array.isArray(value)) return [];
    return value.flatMap((item: Item, index) =>
      item === null || item === undefined
        ? []
        : [new Field<Item>(this.resource, [...this.path, placeOf(value, index)], item)],
    );
  }

  /** As Resource.each, from this field. */
  each<Root, Pattern extends string>(
    this: Field<Root>,
    pattern: Pattern & Valid<Root, Pattern>,
  ): Field<ValueAt<Root, Pattern>>[] {
    const fields: Field<ValueAt<Root, Pattern>>[] = [];
    matchPattern(this.value, pattern, (value, path) => {
      fields.push(new Field(this.resource, [...this.path, ...path], value as ValueAt<Root, Pattern>));
    });
    return fields;
  }

  /** The same field, shown by its key instead of its value: for what should not be there, or lacks something. */
  get key(): Field<V> {
    return new Field(this.resource, this.path, this.value, 'key');
  }
}

/** Whether two fields are one place of one object. */
export const isSameField = (one: Field, other: Field): boolean =>
  one.resource === other.resource && one.pathText === other.pathText;
