import type { Any } from '../envoy/config';

/** A message of a type, as `google.protobuf.Any` is written in JSON. */
export const message = <Content extends object>(type: string, content: Content): Any & Content => ({
  '@type': `type.googleapis.com/${type}`,
  ...content,
});

/** A message of a type that Pilot does not know itself. */
export const typedStruct = (type: string, value: object): Any =>
  message('udpa.type.v1.TypedStruct', { typeUrl: `type.googleapis.com/${type}`, value });
