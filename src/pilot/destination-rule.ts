/** The DestinationRule that a proxy goes by. */
import { type DestinationRule, chosenFor } from '../mesh/traffic/destination-rules';
import type { Push } from './context';

/** The rule for calls of the proxy to a host. istio: SidecarScope.DestinationRule */
export const ruleFor = ({ scope, proxy }: Push, hostname: string): DestinationRule | undefined =>
  chosenFor(scope.destinationRules(hostname), { namespace: scope.namespace, labels: proxy.workloadLabels });

/** The rule for what the proxy itself serves under a host: those for chosen clients do not count. */
export const inboundRuleFor = ({ scope }: Push, hostname: string): DestinationRule | undefined =>
  scope.destinationRules(hostname).findLast(({ selector }) => !selector);
