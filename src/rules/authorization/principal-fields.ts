/** Where AuthorizationPolicies name the identities of clients. */
import { configs } from '../../mesh/settings/configs';
import type { Mesh } from '../../mesh/mesh';
import type { Field } from '../../source/field';

/** Every principal that an AuthorizationPolicy names; those that Kiali looks at are `listed`. */
export function* principals(mesh: Mesh): Generator<{ field: Field<string>; isListed: boolean }> {
  for (const policy of configs(mesh, 'AuthorizationPolicy')) {
    for (const field of policy.each('spec.rules[].from[].source.principals[]')) yield { field, isListed: true };
    for (const field of policy.each('spec.rules[].from[].source.notPrincipals[]')) yield { field, isListed: false };
    for (const condition of policy.each('spec.rules[].when[]'))
      if (condition.value.key === 'source.principal')
        for (const field of [...condition.each('values[]'), ...condition.each('notValues[]')])
          yield { field, isListed: false };
  }
}
