import type { Service } from '../../mesh/services/service';
import { type NamedDestination, namedDestinations, seenBy } from '../../mesh/traffic/destinations';
import { type Context, rule } from '../rule';
import { declaredAt, isAlias, missingHost } from './hosts';

export default rule({
  name: 'unresolved-external-name',
  category: 'reference',
  severity: 'error',
  summary: 'The destination of a route is an ExternalName Service for which proxies have no cluster.',
  url: 'https://istio.io/latest/docs/ops/configuration/traffic-management/dns/',
  docs: `
    Istio has no cluster for a Service of type ExternalName. As a destination of a route it stands
    for the host in \`externalName\`, and for nothing else: that host must be a Service or a
    ServiceEntry with the port of the route, and not another ExternalName Service. Sidecars look at
    \`externalName\` only for requests to a port that the Service has. Otherwise requests get 503 with the response
    flag NC.

    Fix: use the host in \`externalName\` as the destination, and define it in a ServiceEntry when it
    is outside of the mesh. Calls to the ExternalName Service itself, without a route, work.
  `,
  check(context) {
    for (const destination of namedDestinations(context.mesh))
      if (destination.service && isAlias(context.mesh, destination.service))
        checkAlias(context, destination, destination.service);
  },
});

function checkAlias(context: Context, destination: NamedDestination, alias: Service): void {
  const { mesh, report, missing } = context;
  const { field, gateways, viewers } = destination;
  const { externalName = '' } = alias;
  const place = field.get('host');
  const related = [declaredAt(alias)];
  const title = `Service ${alias.namespace}/${alias.name}`;
  const named = `"${externalName}", the externalName of ${title},`;
  const target = seenBy(mesh, externalName, viewers);
  if (!target) {
    const message = `${named} is not defined by any Service or ServiceEntry, so requests get 503`;
    return missing(place, missingHost(mesh, externalName), message, { related });
  }
  if (target.resolution === 'alias')
    return report(place, `${named} is an ExternalName Service itself, and Istio resolves one only`, { related });
  const lost = lostPort(destination, alias, target);
  if (lost !== undefined) return report(place, `${named} has no port ${lost}`, { related });
  if (alias.ports.length === 0 && gateways.includes('mesh'))
    report(place, `sidecars have no cluster for the ExternalName ${title}, which has no ports; use "${externalName}"`, {
      related,
    });
}

/** The port of a destination that its target does not have, where the port does not depend on the request. */
function lostPort({ field }: NamedDestination, alias: Service, { ports }: Service): number | undefined {
  const [only, ...others] = alias.ports;
  const number = field.value.port?.number ?? (others.length === 0 ? only?.number : undefined);
  return number === undefined || ports.some((port) => port.number === number) ? undefined : number;
}
