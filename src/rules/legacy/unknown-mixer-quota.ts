import { configs } from '../../mesh/settings/configs';
import { allSent } from '../../legacy/mixer/sent';
import { didYouMean } from '../../schema/spelling';
import { rule } from '../rule';

export default rule({
  name: 'unknown-mixer-quota',
  category: 'reference',
  severity: 'error',
  summary: 'A QuotaSpec (Istio 1.4) names a quota that no rule of Mixer counts.',
  url: 'https://istio.io/v1.4/docs/reference/config/policy-and-telemetry/istio.mixer.v1.config.client/',
  docs: `
    A QuotaSpec makes proxies request a quota by the short name of an instance of the template quota.
    Mixer grants a name that no rule knows: no request is limited, and nothing reports it.

    Fix: correct the name, and send the instance to a handler of memquota or redisquota in a rule.
    Upper and lower case make no difference.
  `,
  check({ mesh, missing }) {
    const instances = configs(mesh, 'instance').filter(({ value }) => value.spec?.compiledTemplate === 'quota');
    const names = instances.map(({ name }) => name);
    const known = new Set(names.map((name) => name.toLowerCase()));
    const counted = new Set(allSent(mesh).map(({ instance }) => instance.name.toLowerCase()));
    for (const spec of configs(mesh, 'QuotaSpec'))
      for (const quota of spec.each('spec.rules[].quotas[].quota')) {
        const name = quota.value;
        if (!known.has(name.toLowerCase()))
          missing(
            quota,
            { kind: 'instance', namespace: '' },
            `no quota instance is named "${name}", so every request is granted${didYouMean(name, names)}`,
          );
        else if (!counted.has(name.toLowerCase()))
          missing(
            quota,
            { kind: 'rule', namespace: '' },
            `no rule sends quota instance "${name}" to a handler, so every request is granted`,
          );
      }
  },
});
