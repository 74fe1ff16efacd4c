/** A message with its type, as `google.protobuf.Any` is written in JSON; what else it holds depends on the type. */
export interface Any {
  '@type'?: string;
}

/** A configuration of an extension: the name under which it is known here, and its typed configuration. */
export interface Extension {
  name?: string;
  typedConfig?: Any;
}

/** A length of time as proto3 JSON writes it: `1.500s`. */
export type Duration = string;

/** An integer of 64 bits, which proto3 JSON writes as text. */
export type Integer64 = string | number;

/** Annotations by the name of the filter that reads them. */
export interface Metadata {
  filterMetadata?: Record<string, Record<string, unknown>>;
}

export interface DataSource {
  inlineString?: string;
  inlineBytes?: string;
  filename?: string;
  environmentVariable?: string;
}

/** `numerator` out of a hundred, unless the denominator says ten thousand or a million. */
export interface FractionalPercent {
  numerator?: number;
  denominator?: 'HUNDRED' | 'TEN_THOUSAND' | 'MILLION';
}

export interface RuntimeFractionalPercent {
  defaultValue?: FractionalPercent;
  runtimeKey?: string;
}
