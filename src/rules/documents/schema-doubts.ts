/** What the cluster would warn of and a rule tells better. */
import { admit } from '../../schema/admit';
import type { Reason, Violation } from '../../schema/violation';
import type { Field } from '../../source/field';
import type { Context } from '../rule';

/** What `istioctl analyze` says as well: the warnings of the webhook, less those that we alone know of. */
export const analyzerCodes = ({ layer, ours }: Violation): string[] =>
  layer === 'webhook' && !ours ? ['IST0133'] : [];

/** The codes of what the cluster would warn of for a reason, at a field or around it. */
export const codesOfDoubt = ({ mesh }: Context, { resource, pathText }: Field, reason: Reason): string[] =>
  admit(resource, mesh.release)
    .violations.filter(
      (each) => each.reason === reason && `${pathText}.`.startsWith(`${resource.at(each.path).pathText}.`),
    )
    .flatMap(analyzerCodes);
