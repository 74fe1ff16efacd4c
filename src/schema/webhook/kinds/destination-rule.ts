import type { KindMap } from '../../kinds';
import type { DestinationRuleSpec, Subset } from '../../kinds/networking';
import { all, each, fields, losingWarnings, missing, spelt, unique } from '../checks';
import type { Check } from '../part';
import { trafficPolicy } from '../traffic/traffic-policy';
import { exportTo, localExportTo } from '../values/export-to';
import { host, label } from '../values/hosts';
import { labels } from '../values/labels';
import { selector } from '../values/selectors';

/** istio: validation.validateSubset */
const subset = fields<Subset>({ name: spelt(label), labels, trafficPolicy: losingWarnings(trafficPolicy) }, (part) => {
  if (part.value.name === undefined) missing(part, 'name');
});

const spec = fields<DestinationRuleSpec>(
  {
    host,
    subsets: all(
      each(subset),
      unique<Subset>(
        'name',
        ({ name }) => name,
        (item) => item.at('name'),
      ),
    ),
    trafficPolicy,
    workloadSelector: selector,
  },
  (part) => {
    if (part.value.host === undefined) missing(part, 'host');
    const { exportTo: names, workloadSelector } = part.value;
    if (names) (workloadSelector ? localExportTo : exportTo)(part.at('exportTo').as(names));
  },
);

/** istio: validation.ValidateDestinationRule. Differs: of its warnings, those about subsets and single ports get lost. */
export const destinationRule: Check<KindMap['DestinationRule']> = (part) =>
  spec(part.at('spec').as(part.value.spec ?? {}));
