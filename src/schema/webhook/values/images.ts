/** Names of images and where they lie. Source: go-containerregistry pkg/name. */
import { parseUrl } from '../../go-url';
import type { BadName } from '../../names';

const REPOSITORY = /^[a-z0-9_\-./]{2,255}$/;
const TAG = /^[A-Za-z0-9_\-.]{1,128}$/;

/** The registry and folder that images are pulled from. istio: validation.validateHub */
export function hub(text: string): BadName | undefined {
  if (text === '') return undefined;
  const slash = text.indexOf('/');
  const first = slash < 0 ? text : text.slice(0, slash);
  const isRegistry = /[.:]/.test(first);
  const repository = isRegistry ? `${slash < 0 ? '' : `${text.slice(slash + 1)}/`}pilot` : `${text}/pilot`;
  if (!REPOSITORY.test(repository))
    return {
      because: 'names no images: lower-case letters, digits, "_", "-", "." and "/" are allowed behind the registry',
    };
  return !isRegistry || parseUrl(`//${first}`)?.host === first
    ? undefined
    : { because: 'does not begin with a registry' };
}

/** istio: validation.validateTag */
export const tag = (text: string): BadName | undefined =>
  TAG.test(text)
    ? undefined
    : { because: 'is not a valid image tag: letters, digits, "_", "-" and "." are allowed, at most 128' };
