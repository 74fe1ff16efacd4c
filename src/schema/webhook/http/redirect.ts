import type { HTTPMatchRequest, HTTPRedirect } from '../../kinds/networking';
import { oneOf } from '../../spelling';
import { fields } from '../checks';
import type { Check, Part } from '../part';

const TARGETS = ['uri', 'prefixRewrite', 'authority', 'scheme'] as const;
const PORTS = ['port', 'derivePort'] as const;

const somewhere: Check<HTTPRedirect> = (part) => {
  const { uri, prefixRewrite } = part.value;
  if (uri && prefixRewrite)
    part
      .at('prefixRewrite')
      .refuse('"prefixRewrite" and "uri" are mutually exclusive', { on: 'key', reason: 'exclusive' });
  const leads = TARGETS.some((name) => part.value[name]) || PORTS.some((name) => part.value[name] !== undefined);
  if (!leads) part.refuse(`the redirect changes nothing; set one of ${oneOf([...TARGETS, ...PORTS])}`, { on: 'key' });
};

/** istio: validation.validateHTTPRedirect */
export const redirect = fields<HTTPRedirect>(
  {
    redirectCode: (part) => {
      if (part.value !== 0 && (part.value < 300 || part.value > 399))
        part.refuse(`${part.value} is not a redirect status code (300 to 399)`, { reason: 'limit' });
    },
    scheme: (part) => {
      if (!['', 'http', 'https'].includes(part.value))
        part.refuse(`"${part.value}" is neither "http" nor "https"`, { reason: 'enum' });
    },
    port: (part) => {
      if (part.value > 65535) part.refuse(`${part.value} is not a port between 1 and 65535`, { reason: 'limit' });
    },
  },
  somewhere,
);

/** What is put in the place of a prefix needs a prefix in every match. */
export function prefixesToRewrite(part: Part<{ match?: HTTPMatchRequest[]; redirect?: HTTPRedirect }>): void {
  if (!part.value.redirect?.prefixRewrite) return;
  for (const match of part.at('match').items()) {
    const { uri } = match.value;
    if (uri && uri.prefix === undefined)
      match.at('uri').refuse('"prefixRewrite" of the redirect needs a match by "prefix" here', { on: 'key' });
  }
}
