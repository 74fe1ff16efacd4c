import { configs } from '../../mesh/settings/configs';
import type { Labels } from '../../mesh/workloads/labels';
import { machinesSelected, selectsAnything } from '../../mesh/workloads/machines';
import { rootNamespace } from '../../mesh/settings/mesh-config';
import { workloadsSelected } from '../../mesh/workloads/workloads';
import { isNearly } from '../../mesh/world';
import type { Field } from '../../source/field';
import type { Resource } from '../../source/resource';
import { type Context, rule } from '../rule';
import { elsewhereHint, firstLabel, gatewayElsewhere, labelHint, labelText, workloadsIn } from './selectors';

export default rule({
  name: 'unbound-selector',
  category: 'reference',
  severity: 'error',
  summary: 'A Telemetry, WasmPlugin, EnvoyFilter, ProxyConfig or Sidecar selects no workload.',
  url: 'https://istio.io/latest/docs/reference/config/type/workload-selector/',
  docs: `
    The object changes the proxies of the workloads that carry the labels of its selector, in its
    own namespace, or in all namespaces if it is in the root namespace. Without such workloads, it
    has no effect.

    Fix: correct the labels, or remove it.
  `,
  sameAs: ['IST0101', 'KIA0004'],
  check(context) {
    const { mesh } = context;
    for (const kind of ['Telemetry', 'WasmPlugin', 'TrafficExtension', 'ProxyConfig'] as const)
      for (const each of configs(mesh, kind))
        checkOne(
          context,
          each,
          each.at(['spec', 'selector', 'matchLabels']) as Field<Labels>,
          kind === 'Telemetry' ? ['IST0101'] : [],
        );
    for (const kind of ['EnvoyFilter', 'Sidecar'] as const)
      for (const each of configs(mesh, kind))
        checkOne(
          context,
          each,
          each.at(['spec', 'workloadSelector', 'labels']) as Field<Labels>,
          kind === 'Sidecar' ? ['IST0101', 'KIA0004'] : [],
        );
  },
});

function checkOne(
  { mesh, missing }: Context,
  resource: Resource<unknown>,
  selector: Field<Labels>,
  sameAs: string[],
): void {
  const labels = selector.value;
  if (!labels || Object.keys(labels).length === 0) return;
  const reach = resource.namespace === rootNamespace(mesh) ? undefined : resource.namespace;
  if (selectsAnything(mesh, labels, reach)) return;
  const others = [...workloadsSelected(mesh, undefined, reach), ...machinesSelected(mesh, undefined, reach)];
  const where = reach === undefined ? 'in the mesh' : `in namespace "${reach}"`;
  const elsewhere = gatewayElsewhere(mesh, labels, reach);
  const hint = elsewhere ? elsewhereHint(elsewhere) : labelHint(labels, others);
  const isMisspelt = elsewhere !== undefined || others.some((each) => isNearly(labels, each.labels));
  missing(
    firstLabel(selector),
    { ...workloadsIn(mesh, reach), isMisspelt },
    `no workload ${where} has the labels ${labelText(labels)}${hint}`,
    { sameAs },
  );
}
