import { configs } from '../../mesh/settings/configs';
import { rule } from '../rule';

export default rule({
  name: 'ineffective-fault',
  category: 'traffic',
  isLocal: true,
  severity: 'warning',
  summary: 'A fault has no percentage, so it is never injected.',
  url: 'https://istio.io/latest/docs/reference/config/networking/virtual-service/',
  docs: `
    A fault without \`percentage\` is injected into no request, so nothing is tested.

    Fix: set it, for example \`percentage: { value: 10 }\`. An explicit 0 is not reported.
  `,
  check({ mesh, report }) {
    for (const virtualService of configs(mesh, 'VirtualService'))
      for (const fault of virtualService.each('spec.http[].fault')) {
        const { abort, delay } = fault.value;
        if (abort && !abort.percentage)
          report(fault.get('abort').key, 'the abort has no "percentage", so no request is aborted');
        if (delay && !delay.percentage && delay.percent === undefined)
          report(fault.get('delay').key, 'the delay has no "percentage", so no request is delayed');
      }
  },
});
