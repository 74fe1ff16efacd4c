import { Field } from './field';
import { Block } from './block';
import type { Document, Place, SourceFile } from './file';
import type { Range } from './lines';
import { type Path, formatPath } from './path';
import { type Valid, type ValueAt, matchPattern } from './pattern';
import { itemAt } from './places';
import { own } from './own';
import { withTypedMetadata } from './metadata';
import { isClusterScoped } from './scope';

/** What every Kubernetes object has. Other fields are known by the types of the kinds. */
export interface KubernetesObject {
  apiVersion: string;
  kind: string;
  metadata: Metadata;
}

export interface Metadata {
  name?: string;
  generateName?: string;
  namespace?: string;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  creationTimestamp?: string;
  ownerReferences?: OwnerReference[];
}

export interface OwnerReference {
  apiVersion?: string;
  kind?: string;
  name?: string;
  controller?: boolean;
}

/** A document, and the way in it to a value. */
export interface Source {
  readonly document: Document;
  readonly path: Path;
}

/** Knows where the values of an object were written that stands in no text as it is: a renderer put it together. */
export interface Provenance {
  sourceOf(path: Path): Source;
}

/** One Kubernetes object of the input: its value, and on demand the place of everything in it. */
export class Resource<out T = KubernetesObject> {
  /** The object; its metadata has the types that it should have, whatever was written. */
  readonly value: T;
  private knownGroup: string | undefined;
  private knownNamespace: string | undefined;

  constructor(
    readonly document: Document,
    /** Where in the document the object begins: empty, or the way to an item of a List. */
    readonly base: Path,
    value: T,
    /** The value as written, before defaults were filled in and what has the wrong type was left out. */
    readonly written: unknown = value,
    /** For an object that a program made of several texts. */
    readonly provenance?: Provenance,
  ) {
    this.value = withTypedMetadata(value);
  }

  get file(): SourceFile {
    return this.document.file;
  }

  get kind(): string {
    return text(this.object.kind);
  }

  get apiVersion(): string {
    return text(this.object.apiVersion);
  }

  /** The API group, empty for the core kinds. */
  get group(): string {
    this.knownGroup ??= this.apiVersion.slice(0, Math.max(this.apiVersion.indexOf('/'), 0));
    return this.knownGroup;
  }

  get version(): string {
    return this.apiVersion.slice(this.apiVersion.indexOf('/') + 1);
  }

  get metadata(): Metadata {
    const { metadata } = this.object;
    return metadata !== null && typeof metadata === 'object' ? metadata : {};
  }

  get name(): string {
    return text(this.metadata.name);
  }

  /** The namespace it lies in: `default` where it names none, empty for kinds that have none. */
  get namespace(): string {
    this.knownNamespace ??= isClusterScoped(this.group, this.kind) ? '' : text(this.metadata.namespace) || 'default';
    return this.knownNamespace;
  }

  /** As people name it: `VirtualService shop/reviews`. */
  get title(): string {
    return `${this.kind} ${this.namespace ? `${this.namespace}/` : ''}${this.name}`;
  }

  /** The same object with another value in it, for what the cluster makes of what was written. */
  withValue<U>(value: U): Resource<U> {
    return new Resource(this.document, this.base, value, this.written, this.provenance);
  }

  /** The whole object as a field. */
  get root(): Field<T> {
    return new Field<T>(this, [], this.value);
  }

  /** The field at a path of the document, whose lists may have had other items; its value is undefined where there is none. */
  at(path: Path): Field {
    const value = path.reduce<unknown>(valueIn, this.value);
    return new Field(this, [...path], value);
  }

  /** Every field that a pattern such as `spec.http[].route[].destination` leads to, in the order of the document. */
  each<Root, Pattern extends string>(
    this: Resource<Root>,
    pattern: Pattern & Valid<Root, Pattern>,
  ): Field<ValueAt<Root, Pattern>>[] {
    const fields: Field<ValueAt<Root, Pattern>>[] = [];
    matchPattern(this.value, pattern, (value, path) => {
      fields.push(new Field(this, path, value as ValueAt<Root, Pattern>));
    });
    return fields;
  }

  /** The file in which the value at a path is written. */
  fileOf(path: Path): SourceFile {
    return this.sourceOf(path).document.file;
  }

  /** Where the value at a path stands: a scalar itself, or the key of a map or list. */
  rangeOf(path: Path): Range {
    const source = this.sourceOf(path);
    return source.document.rangeOf(source.document.positions.valueSpan(source.path));
  }

  /** Where the key of the value at a path stands. */
  keyRangeOf(path: Path): Range {
    const source = this.sourceOf(path);
    return source.document.rangeOf(source.document.positions.keySpan(source.path));
  }

  /** Where something stands in YAML that is a text in this object; the text itself where it is written in one line. */
  placeWithin(path: Path, inner: Path, on: 'value' | 'key'): Place {
    const { document, path: way } = this.sourceOf(path);
    const { text, positions } = document;
    const whole = positions.scalarAt(way);
    const span =
      whole && Block.at(text, whole)?.spanOf((own) => (on === 'key' ? own.keySpan(inner) : own.valueSpan(inner)));
    const range = span ? document.rangeOf(span) : this.rangeOf(path);
    return { file: document.file, range, resource: this, pathText: formatPath(path) };
  }

  private sourceOf(path: Path): Source {
    return this.provenance?.sourceOf(path) ?? { document: this.document, path: [...this.base, ...path] };
  }

  private get object(): Partial<KubernetesObject> {
    return this.value as Partial<KubernetesObject>;
  }
}

const text = (value: unknown): string =>
  typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '';

function valueIn(holder: unknown, step: string | number): unknown {
  if (holder === null || typeof holder !== 'object') return undefined;
  if (Array.isArray(holder) && typeof step === 'number') return itemAt(holder, step);
  return own(holder as Record<string, unknown>, step);
}
