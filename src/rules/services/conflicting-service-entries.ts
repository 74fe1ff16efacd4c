import { configs } from '../../mesh/settings/configs';
import { addTo } from '../../mesh/grouping';
import type { Mesh } from '../../mesh/mesh';
import { meshConfig } from '../../mesh/settings/mesh-config';
import { protocolNamed } from '../../mesh/services/protocol';
import { type Audience, callersOf, overlap } from '../../mesh/traffic/sidecar-views';
import { type Export, exportOf } from '../../mesh/traffic/visibility';
import type { KindMap } from '../../schema/kinds';
import type { Field } from '../../source/field';
import type { Resource } from '../../source/resource';
import { sharedBy } from '../conflicts/claims';
import { type Context, rule } from '../rule';

export default rule({
  name: 'conflicting-service-entries',
  category: 'conflict',
  severity: 'warning',
  summary: 'Several ServiceEntries define the same host and port.',
  url: 'https://istio.io/latest/docs/reference/config/networking/service-entry/',
  docs: `
    A host is one service for clients. When visible ServiceEntries define one host and port twice,
    only one of the ports is used; namespaces and creation order decide which. With different
    protocols, this decides whether requests are read as HTTP, so routes, retries and policies
    depend on it; that is an error.

    Fix: define the host once, or export each entry (\`exportTo\`) to its own namespaces. When
    Sidecars let no client import both, they do not conflict.
  `,
  sameAs: ['IST0177', 'KIA1211', 'KIA1212'],
  check(context) {
    for (const ports of declaredPorts(context.mesh).values())
      if (ports.length > 1) for (const port of ports) reportPort(context, port, ports);
  },
});

interface DeclaredPort {
  readonly entry: Resource<KindMap['ServiceEntry']>;
  readonly host: string;
  readonly exportTo: Export;
  /** Who gets to know it. */
  readonly callers: Audience;
  readonly field: Field<{ number?: number; protocol?: string }>;
}

/** All ports by host and number. */
function declaredPorts(mesh: Mesh): Map<string, DeclaredPort[]> {
  const { defaultServiceExportTo: defaults } = meshConfig(mesh);
  const found = new Map<string, DeclaredPort[]>();
  for (const entry of configs(mesh, 'ServiceEntry')) {
    const exportTo = exportOf(entry.value.spec?.exportTo ?? [], defaults, entry.namespace);
    for (const { value } of entry.each('spec.hosts[]')) {
      const host = value.toLowerCase();
      const callers = callersOf(mesh, value, entry.namespace, exportTo);
      for (const field of entry.each('spec.ports[]'))
        addTo(found, `${host} ${field.value.number}`, { entry, host, exportTo, callers, field });
    }
  }
  return found;
}

function reportPort({ report }: Context, port: DeclaredPort, all: readonly DeclaredPort[]): void {
  const rivals = all.filter((other) => other !== port && meet(port, other));
  const differing = rivals.filter((other) => protocolOf(other) !== protocolOf(port));
  const [rival] = differing.length > 0 ? differing : rivals;
  if (!rival) return;
  const { field, host } = port;
  const where = `port ${field.value.number} of "${host}"`;
  const isConflict = differing.length > 0;
  const said = isConflict
    ? `${where} is ${written(port)} here and ${written(rival)} in ${rival.entry.title}; clients use only one of them`
    : `${where} is also defined in ${rival.entry.title}; clients use only one of them`;
  report(isConflict ? field.get('protocol') : field.get('number'), said, {
    related: [{ place: rival.field.get('number'), message: 'conflicts with this port' }],
    severity: isConflict ? 'error' : 'warning',
    sameAs: isConflict ? ['IST0177', 'KIA1212'] : all.some(differs) ? ['KIA1212'] : ['KIA1211'],
  });

  function differs(other: DeclaredPort): boolean {
    return protocolOf(other) !== protocolOf(port);
  }
}

/** Whether somebody may see both, whom no Sidecar keeps from either. */
function meet(one: DeclaredPort, other: DeclaredPort): boolean {
  const shared = sharedBy(one.exportTo, other.exportTo);
  return (shared === 'everywhere' || shared.size > 0) && overlap(one.callers, other.callers);
}

const protocolOf = ({ field }: DeclaredPort): string => protocolNamed(field.value.protocol ?? '');

const written = ({ field }: DeclaredPort): string => field.value.protocol ?? 'what is detected';
