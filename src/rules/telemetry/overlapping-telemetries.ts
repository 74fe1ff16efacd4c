import { configs } from '../../mesh/settings/configs';
import { addTo } from '../../mesh/grouping';
import { attachmentOf } from '../../mesh/policies/policy-attachment';
import type { Telemetry } from '../../mesh/telemetry/telemetry';
import { type Workload, workloadsSelected } from '../../mesh/workloads/workloads';
import { rule } from '../rule';

const SECTIONS = ['accessLogging', 'metrics', 'tracing'] as const;

export default rule({
  name: 'overlapping-telemetries',
  category: 'conflict',
  severity: 'error',
  summary: 'Several Telemetries select the same pods.',
  url: 'https://istio.io/latest/docs/reference/config/telemetry/',
  docs: `
    Istio does not define what the proxies of these pods report. Today it merges the Telemetries,
    the oldest first, so the result changes when one is deleted and created again.

    Fix: give each workload one Telemetry. When they configure different signals, for example one
    logs and one traces, they do not interfere, and the finding is info.
  `,
  sameAs: ['IST0159'],
  check({ mesh, report }) {
    const byWorkload = new Map<Workload, Telemetry[]>();
    for (const telemetry of configs(mesh, 'Telemetry')) {
      const { selector, targetRefs } = attachmentOf(telemetry.namespace, telemetry.value.spec ?? {});
      if (targetRefs.length > 0 || Object.keys(selector ?? {}).length === 0) continue;
      for (const workload of workloadsSelected(mesh, selector, telemetry.namespace))
        addTo(byWorkload, workload, telemetry);
    }
    const reported = new Set<string>();
    for (const [workload, group] of byWorkload) {
      if (group.length < 2) continue;
      for (const telemetry of group) {
        const others = group.filter((other) => other !== telemetry);
        const rival = others.find((other) => sharesSection(telemetry, other)) ?? others[0]!;
        const key = `${telemetry.namespace}/${telemetry.name} ${rival.name}`;
        if (reported.has(key)) continue;
        reported.add(key);
        report(
          telemetry.at(['metadata', 'name']),
          `${workload.resource.title} is also selected by Telemetry "${rival.name}"`,
          {
            severity: sharesSection(telemetry, rival) ? 'error' : 'info',
            related: [{ place: rival.at(['metadata', 'name']), message: 'conflicts with this Telemetry' }],
          },
        );
      }
    }
  },
});

const sharesSection = (one: Telemetry, other: Telemetry): boolean =>
  SECTIONS.some((section) => one.value.spec?.[section]?.length && other.value.spec?.[section]?.length);
