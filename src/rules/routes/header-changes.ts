import type { Mesh } from '../../mesh/mesh';
import { configs } from '../../mesh/settings/configs';
import type { Headers, HeadersHeaderOperations } from '../../schema/kinds/networking';
import type { Field } from '../../source/field';

/** A header that a VirtualService sets or adds. */
export interface HeaderChange {
  readonly of: 'request' | 'response';
  /** Whether it is sent: a redirect or a fixed response sends no request on. */
  readonly isSent: boolean;
  readonly name: string;
  /** Its value; the place of the name is that of the value. */
  readonly field: Field<string>;
}

/** Every header that VirtualServices set or add, on routes and on their destinations. */
export const headerChanges = (mesh: Mesh): HeaderChange[] =>
  configs(mesh, 'VirtualService').flatMap((service) =>
    service.each('spec.http[]').flatMap((http) => {
      const all = [http.get('headers') as Field<Headers>, ...http.each('route[].headers')];
      const sendsOn = !http.value.redirect && !http.value.directResponse;
      return all.flatMap((headers) => [
        ...operationsIn(headers.get('request'), { of: 'request', isSent: sendsOn }),
        ...operationsIn(headers.get('response'), { of: 'response', isSent: true }),
      ]);
    }),
  );

const operationsIn = (
  operations: Field<HeadersHeaderOperations | undefined>,
  message: Pick<HeaderChange, 'of' | 'isSent'>,
): HeaderChange[] =>
  (['set', 'add'] as const).flatMap((kind) =>
    Object.keys(operations.value?.[kind] ?? {}).map((name) => ({
      ...message,
      name,
      field: operations.get(kind).child(name) as Field<string>,
    })),
  );
