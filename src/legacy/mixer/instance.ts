import { type Attributes, type Compiled, type ExpressionFault, type Vocabulary, compile, evaluate } from './expression';
import type { Value } from './expression/value';
import { TEMPLATES, type TemplateField, type Variety } from './inventory';
import { isRecord } from '../../source/record';
import { own } from '../../source/own';

/** An instance that Mixer takes: the expressions of its fields. */
export interface Instance {
  readonly name: string;
  /** `NAME.instance.NAMESPACE`. */
  readonly fullName: string;
  readonly template: string;
  readonly variety: Variety;
  readonly expressions: Expressions;
}

interface Expressions {
  readonly [field: string]: Compiled | Expressions;
}

/** What an adapter receives. */
export interface Built {
  readonly [field: string]: Value | Built;
}

/** Why Mixer leaves an instance out. */
export type InstanceFault =
  | { readonly kind: 'expression'; readonly path: readonly string[]; readonly fault: ExpressionFault }
  | { readonly kind: 'type'; readonly path: readonly string[]; readonly expected: string; readonly found: string }
  | { readonly kind: 'unknown field' | 'not a text' | 'not a map'; readonly path: readonly string[] };

/** The expressions of an instance's parameters, and what is wrong with them. */
export function readInstance(
  template: string,
  params: unknown,
  vocabulary: Vocabulary,
): { expressions: Expressions; faults: InstanceFault[] } {
  const faults: InstanceFault[] = [];
  const fields = own(TEMPLATES, template)?.fields;
  const reader = new Reader(vocabulary, faults);
  const json = isRecord(params) ? params : {};
  return { expressions: fields ? reader.fields(fields, json, []) : {}, faults };
}

class Reader {
  constructor(
    private readonly vocabulary: Vocabulary,
    private readonly faults: InstanceFault[],
  ) {}

  fields(
    fields: Readonly<Record<string, TemplateField>>,
    json: Readonly<Record<string, unknown>>,
    path: readonly string[],
  ): Expressions {
    const read: Record<string, Compiled | Expressions> = {};
    for (const [name, value] of Object.entries(json)) {
      const known = name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
      const field = Object.hasOwn(fields, known) ? fields[known] : undefined;
      if (field === undefined) this.faults.push({ kind: 'unknown field', path: [...path, name] });
      else if (value !== null && value !== '')
        this.field(field, value, [...path, name], (found) => (read[known] = found));
    }
    return read;
  }

  private field(
    field: TemplateField,
    value: unknown,
    path: readonly string[],
    put: (found: Compiled | Expressions) => void,
  ): void {
    if (field === 'names') return;
    if (typeof field === 'object' || field === 'map') {
      if (!isRecord(value)) return void this.faults.push({ kind: 'not a map', path });
      put(field === 'map' ? this.map(value, path) : this.fields(field.fields, value, path));
      return;
    }
    const compiled = this.expression(value, path);
    if (!compiled) return;
    if (field !== 'any' && compiled.type !== field)
      this.faults.push({ kind: 'type', path, expected: field, found: compiled.type });
    put(compiled);
  }

  private map(json: Readonly<Record<string, unknown>>, path: readonly string[]): Expressions {
    const read: Record<string, Compiled> = {};
    for (const [name, value] of Object.entries(json)) {
      const compiled = this.expression(value ?? '', [...path, name]);
      if (compiled) read[name] = compiled;
    }
    return read;
  }

  private expression(value: unknown, path: readonly string[]): Compiled | undefined {
    if (typeof value !== 'string') return void this.faults.push({ kind: 'not a text', path });
    const compiled = compile(value, this.vocabulary);
    if (!('fault' in compiled)) return compiled;
    this.faults.push({ kind: 'expression', path, fault: compiled.fault });
    return undefined;
  }
}

/** The values of an instance's fields, or undefined where one of them cannot be evaluated. */
export function build(expressions: Expressions, attributes: Attributes): Built | undefined {
  const built: Record<string, Value | Built> = {};
  for (const [name, field] of Object.entries(expressions)) {
    const value = isCompiled(field) ? valueOf(field, attributes) : build(field, attributes);
    if (value === undefined) return undefined;
    built[name] = value;
  }
  return built;
}

const isCompiled = (field: Compiled | Expressions): field is Compiled =>
  'vocabulary' in field && field.vocabulary instanceof Map;

function valueOf(compiled: Compiled, attributes: Attributes): Value | undefined {
  const result = evaluate(compiled, attributes);
  return 'fault' in result ? undefined : result.value;
}
