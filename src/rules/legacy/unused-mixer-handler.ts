import { configs } from '../../mesh/settings/configs';
import { namedHandlers } from '../../legacy/mixer/sent';
import { rule } from '../rule';

export default rule({
  name: 'unused-mixer-handler',
  category: 'practice',
  severity: 'info',
  isAboutAbsence: true,
  summary: 'No rule uses a Mixer handler (Istio 1.4).',
  url: 'https://istio.io/v1.4/docs/reference/config/policy-and-telemetry/istio.policy.v1beta1/',
  docs: `
    A handler receives what the actions of rules send to it. Without a rule it has no effect: a
    denier denies no request, a whitelist is not checked, a metric is not recorded.

    Fix: name the handler in an action of a rule, or remove it. A rule of another namespace names it
    "NAME.handler.NAMESPACE".
  `,
  check({ mesh, missing }) {
    const named = namedHandlers(mesh);
    for (const handler of configs(mesh, 'handler')) {
      if (named.has(handler)) continue;
      const { name } = handler;
      missing(handler.at(['metadata', 'name']), { kind: 'rule', namespace: '' }, `no rule uses handler "${name}"`);
    }
  },
});
