/** The reasons that Istio gives for conditions of Gateways and ListenerSets. */
import { type Owner, hasValidListener } from '../../mesh/gateway-api/gateways';
import type { Mesh } from '../../mesh/mesh';

/** The reasons for the conditions of a listener, and of the object that it is in if none of its listeners works. */
export const reasonsOf = (mesh: Mesh, owner: Owner['resource'], ...reasons: readonly string[]): string[] =>
  hasValidListener(mesh, owner) ? [...reasons] : [...reasons, 'ListenersNotValid'];
