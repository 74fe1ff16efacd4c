import type { HttpFilter, NetworkFilter } from '../../../envoy/config';
import { message } from '../../message';
import type { RuleContext } from './condition';

/** A filter that judges requests or connections. */
export const rbacFilter = (protocol: RuleContext['protocol'], content: object): HttpFilter & NetworkFilter =>
  protocol === 'http'
    ? { name: 'envoy.filters.http.rbac', typedConfig: message('envoy.extensions.filters.http.rbac.v3.RBAC', content) }
    : {
        name: 'envoy.filters.network.rbac',
        typedConfig: message('envoy.extensions.filters.network.rbac.v3.RBAC', { ...content, statPrefix: 'tcp.' }),
      };
