import type { HTTPBody, HTTPDirectResponse } from '../../kinds/networking';
import { fields, missing } from '../checks';
import type { Check } from '../part';
import { httpStatus } from './fault';

const KILOBYTE = 1024;
const MOST = 1024 * KILOBYTE;
const MUCH = 100 * KILOBYTE;

const bodySize: Check<HTTPBody> = (part) => {
  const size = sizeOf(part.value);
  const name = part.value.string === undefined ? 'bytes' : 'string';
  if (size > MOST)
    part.at(name).refuse(`the body has ${size} bytes; at most ${MOST} are allowed`, { on: 'key', reason: 'limit' });
  else if (size > MUCH)
    part.at(name).doubt(`the body has ${size} bytes, which are sent to every proxy as configuration`, { on: 'key' });
};

function sizeOf({ string, bytes = '' }: HTTPBody): number {
  if (string !== undefined) return string.length <= MUCH / 3 ? string.length : new TextEncoder().encode(string).length;
  return Math.floor((bytes.replace(/(?<!=)=+$/, '').length * 3) / 4);
}

/** istio: validation.validateHTTPDirectResponse */
export const directResponse = fields<HTTPDirectResponse>({ body: bodySize, status: httpStatus }, (part) => {
  if (part.value.status === undefined) missing(part, 'status');
});
