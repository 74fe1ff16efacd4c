import { type XMLElement, create } from 'xmlbuilder';

/** The root of a new XML document; characters that XML cannot hold are shown as such. */
export function xmlDocument(root: string, attributes: Record<string, string | number>): XMLElement {
  const options = { encoding: 'UTF-8', invalidCharReplacement: '\ufffd' };
  return create(root, options).att(attributes);
}

/** The document of an element as text. */
export const xmlText = (root: XMLElement): string => `${root.end({ pretty: true })}\n`;
