import type { Path } from '../../source/path';
import { type Violation, violation } from '../violation';

/** The object that is judged, and what was found wrong with it. */
export interface Judged {
  readonly name: string;
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  /** The second number of the release that judges: 31 for 1.31. */
  readonly minor: number;
  readonly violations: Violation[];
}

/** Judges one part of an object that is there. */
export type Check<T> = (part: Part<T>) => void;

/** Whether istiod made an object of one of the Gateway API, which has other names. istio: constants.InternalGatewaySemantics */
export const isConverted = ({ judged }: Part, what: 'gateway' | 'route'): boolean =>
  judged.annotations[`internal.istio.io/${what}-semantics`] === 'gateway';

type Details = Partial<Pick<Violation, 'on' | 'reason' | 'suggestion' | 'ours'>>;

type ItemOf<T> = NonNullable<T> extends readonly (infer Item)[] ? NonNullable<Item> : never;
type ValueOf<T> = NonNullable<T> extends Record<string, infer Value> ? NonNullable<Value> : never;

/** A part of an object with the way to it: what checks ask, and where they complain. */
export class Part<out T = unknown> {
  constructor(
    readonly value: T,
    readonly judged: Judged,
    private readonly around?: Part,
    private readonly step: string | number = '',
  ) {}

  get path(): Path {
    return this.around ? [...this.around.path, this.step] : [];
  }

  /** The key under which it stands. */
  get key(): string {
    return String(this.step);
  }

  /** The field of this name; its value is undefined where there is none. */
  at<Key extends keyof NonNullable<T> & string>(key: Key): Part<NonNullable<T>[Key]> {
    const { value } = this;
    const inside = value !== null && value !== undefined && Object.hasOwn(value, key);
    return new Part(
      (inside ? (value as NonNullable<T>)[key] : undefined) as NonNullable<T>[Key],
      this.judged,
      this,
      key,
    );
  }

  /** The same part, as if another value stood there. */
  as<U>(value: U): Part<U> {
    return new Part(value, this.judged, this.around, this.step);
  }

  /** The items of this list, nulls left out; none where there is no list. */
  items(): Part<ItemOf<T>>[] {
    const { value } = this;
    if (!Array.isArray(value)) return [];
    return value.flatMap((item: ItemOf<T> | null, index) =>
      item === null || item === undefined ? [] : [new Part<ItemOf<T>>(item, this.judged, this, index)],
    );
  }

  /** The values of this map, nulls left out; none where there is no map. */
  entries(): Part<ValueOf<T>>[] {
    return Object.entries(this.value ?? {}).flatMap(([key, value]) =>
      value === null || value === undefined ? [] : [new Part(value as ValueOf<T>, this.judged, this, key)],
    );
  }

  /** The webhook refuses the object because of this part. */
  refuse(message: string, details: Details = {}): void {
    this.say('error', message, details);
  }

  /** The webhook warns of this part. */
  doubt(message: string, details: Details = {}): void {
    this.say('warning', message, details);
  }

  private say(severity: Violation['severity'], message: string, details: Details): void {
    this.judged.violations.push(
      violation(details.reason ?? 'semantic', this.path, message, { layer: 'webhook', ...details, severity }),
    );
  }
}
