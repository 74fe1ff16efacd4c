import { actionFaults } from '../../legacy/mixer/action-faults';
import { isOfIstio } from '../../legacy/mixer/attributes';
import { mixerFaults } from '../../legacy/mixer/faults';
import { withinText } from './within-text';
import { type Missing, rule } from '../rule';

export default rule({
  name: 'invalid-mixer-configuration',
  category: 'schema',
  severity: 'error',
  summary: 'Mixer (Istio 1.4) cannot use a rule, an instance or a handler, or a part of it.',
  url: 'https://istio.io/v1.4/docs/reference/config/policy-and-telemetry/',
  docs: `
    Mixer ignores a rule whose match expression does not compile or is not BOOL, and an instance
    with an unknown field or expression. The webhook of Istio 1.4 rejects them. Parameters of a
    handler that cannot be read are only a warning: Mixer keeps the part that it has read, so a
    whitelist with a misspelt "overrides" refuses every request.

    A handler accepts only the templates of its adapter, which the webhook checks too. Nothing checks
    that a handler of memquota or redisquota has a quota for each of its instances (without one Mixer
    does not create the handler, and every request passes), or that a handler of prometheus has a
    metric with the same labels for each (without one it records nothing). Both name an instance in
    full: "requestcount.instance.istio-system".

    Fix: correct the expression or the field. \`meshlint explain --istio-version 1.4 --expressions
    FILE\` evaluates expressions. Your own attributes need an attributemanifest.
  `,
  check({ mesh, report, missing }) {
    for (const { field, message, offset, severity, attribute, related } of [
      ...mixerFaults(mesh),
      ...actionFaults(mesh),
    ]) {
      const place = offset === undefined ? field : withinText(field, offset);
      const isElsewhere = offset !== undefined && place === field;
      const text = isElsewhere ? `${message} (column ${offset + 1} of the expression)` : message;
      if (attribute === undefined) report(place, text, { severity, ...(related && { related }) });
      else missing(place, absent(attribute, field.resource.namespace), text);
    }
  },
});

/** Manifests that the input does not hold may add families of attributes, not names to those of Istio. */
const absent = (name: string, namespace: string): Missing => ({
  kind: 'attributemanifest',
  namespace,
  name,
  ...(isOfIstio(name) && { isMisspelt: true }),
});
