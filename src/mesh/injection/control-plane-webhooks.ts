/** The webhooks of a control plane: its injectors and validators. */
import type { KindMap } from '../../schema/kinds';
import type { Field } from '../../source/field';
import type { Mesh } from '../mesh';

type Configuration = KindMap['MutatingWebhookConfiguration' | 'ValidatingWebhookConfiguration'];
/** A webhook as far as it says who is asked. */
export type Addressed = Pick<NonNullable<Configuration['webhooks']>[number], 'name' | 'clientConfig'>;

/** Those that have the names that Istio's installation gives them. istio: ExternalControlPlaneAnalyzer */
export const controlPlaneWebhooks = (mesh: Mesh): Field<Addressed>[] => [
  ...mesh
    .all('ValidatingWebhookConfiguration')
    .filter(({ name }) => name === 'istiod-default-validator' || name.startsWith('istio-validator'))
    .flatMap((each) => each.each('webhooks[]')),
  ...mesh
    .all('MutatingWebhookConfiguration')
    .filter(({ name }) => name.startsWith('istio-sidecar-injector'))
    .flatMap((each) => each.each('webhooks[]')),
];
