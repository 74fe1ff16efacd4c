import type { EnvoyFilter } from '../../mesh/settings/envoy-filters';
import { perMesh } from '../../mesh/memo';
import type { Mesh } from '../../mesh/mesh';
import type { EnvoyFilterEnvoyConfigObjectPatch } from '../../schema/kinds/networking';
import type { Field } from '../../source/field';

type ApplyTo = NonNullable<EnvoyFilterEnvoyConfigObjectPatch['applyTo']>;
type Operation = NonNullable<NonNullable<EnvoyFilterEnvoyConfigObjectPatch['patch']>['operation']>;

/** One patch of an EnvoyFilter. */
export interface EnvoyPatch {
  readonly filter: EnvoyFilter;
  readonly field: Field<EnvoyFilterEnvoyConfigObjectPatch>;
  readonly applyTo: ApplyTo;
  readonly operation: Operation;
  /** The name of the filter that it is about, empty where it names none. */
  readonly name: string;
}

/** Every patch of every EnvoyFilter, in the order of the input. */
export const envoyPatches: (mesh: Mesh) => readonly EnvoyPatch[] = perMesh((mesh) =>
  mesh.all('EnvoyFilter').flatMap((filter) =>
    filter.each('spec.configPatches[]').flatMap((field) => {
      const { applyTo = 'INVALID', patch, match } = field.value;
      if (!patch) return [];
      const { name } = patch.value ?? {};
      const matched = match?.listener?.filterChain?.filter?.name ?? '';
      const operation = patch.operation ?? 'INVALID';
      return [{ filter, field, applyTo, operation, name: typeof name === 'string' ? name : matched }];
    }),
  ),
);

const MERGES: readonly Operation[] = ['MERGE', 'MERGE_AND_REPLACE_LIST'];
const WHOLE: readonly Operation[] = [...MERGES, 'ADD', 'REMOVE'];
const INSERTS: readonly Operation[] = ['INSERT_FIRST', 'INSERT_BEFORE', 'INSERT_AFTER'];
const FILTERS: readonly Operation[] = [...WHOLE, ...INSERTS, 'REPLACE'];

/** What the control plane does; everything else it passes over. istio: the package core/envoyfilter */
const DONE: Readonly<Record<ApplyTo, readonly Operation[]>> = {
  INVALID: [],
  LISTENER: WHOLE,
  LISTENER_FILTER: FILTERS,
  FILTER_CHAIN: WHOLE,
  NETWORK_FILTER: FILTERS,
  HTTP_FILTER: FILTERS,
  ROUTE_CONFIGURATION: MERGES,
  VIRTUAL_HOST: [...WHOLE, 'REPLACE'],
  HTTP_ROUTE: [...WHOLE, ...INSERTS],
  CLUSTER: WHOLE,
  EXTENSION_CONFIG: ['ADD'],
  BOOTSTRAP: MERGES,
};

/** The operations that have an effect on what a patch applies to. */
export const operationsOn = (applyTo: ApplyTo): readonly Operation[] => DONE[applyTo];

/** Whether what a patch does depends on what other patches have done before. */
export const isRelative = ({ applyTo, operation }: EnvoyPatch): boolean =>
  DONE[applyTo].includes(operation) &&
  applyTo !== 'HTTP_ROUTE' &&
  ['INSERT_BEFORE', 'INSERT_AFTER', 'REMOVE', 'REPLACE'].includes(operation);
