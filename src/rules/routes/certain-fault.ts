import { configs } from '../../mesh/settings/configs';
import type { HTTPFaultInjection, HTTPMatchRequest, HTTPRoute } from '../../schema/kinds/networking';
import type { Field } from '../../source/field';
import { rule } from '../rule';

export default rule({
  name: 'certain-fault',
  category: 'traffic',
  isLocal: true,
  severity: 'warning',
  summary: 'A fault is injected into every request of a route without a match.',
  url: 'https://istio.io/latest/docs/reference/config/networking/virtual-service/',
  docs: `
    A fault with 100 % in a route for all requests looks like a forgotten test: every request is
    delayed, or gets the error without reaching the workload (response flags DI and FI).

    Fix: remove the fault, lower its percentage, or match the requests of a tester, for example by a
    header.

    A route that answers a path with a client error (4xx) is not reported, because it may be an
    intended block; \`directResponse\` states that better.
  `,
  check({ mesh, report }) {
    for (const virtualService of configs(mesh, 'VirtualService'))
      for (const route of virtualService.each('spec.http[]')) {
        const { fault, match } = route.value;
        if (!fault || !isOpen(match)) continue;
        for (const { field, what } of certainFaults(route)) report(field, `every request of this route ${what}`);
      }
  },
});

interface CertainFault {
  field: Field;
  what: string;
}

function certainFaults(route: Field<HTTPRoute>): CertainFault[] {
  const { delay, abort } = route.value.fault ?? {};
  const found: CertainFault[] = [];
  const field = (kind: keyof HTTPFaultInjection, last = 'percentage'): Field =>
    route.get('fault').get(kind).child(last);
  if (delay && isCertain(delay.percentage?.value ?? delay.percent)) {
    const place = delay.percentage ? field('delay').child('value') : field('delay', 'percent');
    found.push({ field: place, what: `is delayed by ${delay.fixedDelay ?? delay.exponentialDelay ?? 'some time'}` });
  }
  const isBarrier = String(abort?.httpStatus).startsWith('4') && Boolean(route.value.match?.length);
  if (abort && isCertain(abort.percentage?.value) && !isBarrier)
    found.push({ field: field('abort').child('value'), what: `gets ${statusOf(abort)} from the proxy` });
  return found;
}

const isCertain = (percent: number | undefined): boolean => (percent ?? 0) >= 100;

const statusOf = ({ httpStatus, grpcStatus }: NonNullable<HTTPFaultInjection['abort']>): string =>
  httpStatus === undefined ? `gRPC status ${grpcStatus ?? 'OK'}` : `status ${httpStatus}`;

/** Whether ordinary requests take a route, not only those of chosen clients or with chosen marks. */
const isOpen = (matches: readonly HTTPMatchRequest[] = []): boolean =>
  matches.length === 0 || matches.some((match) => !MARKS.some((mark) => Object.keys(match[mark] ?? {}).length > 0));

const MARKS = ['headers', 'queryParams', 'sourceLabels', 'sourceNamespace', 'authority'] as const;
