import type { Mesh } from '../../mesh/mesh';
import { serverPorts } from '../../mesh/policies/server-ports';
import type { Service } from '../../mesh/services/service';
import { endpointsOf, serviceFor } from '../../mesh/services/services';
import { virtualServices } from '../../mesh/traffic/virtual-services';
import { docsOf } from '../../report/docs';
import type { Finding } from '../../rules/rule';
import type { Field } from '../../source/field';

/** What there is to know of a finding, as Markdown. */
export const findingHelp = ({ message, rule }: Finding): string =>
  [`**${rule.name}**: ${message}`, docsOf(rule), `[Documentation](${rule.url})`].join('\n\n');

/** What the value of a field is in the mesh, as Markdown; undefined where there is nothing to say. */
export function valueHelp(mesh: Mesh, field: Field): string | undefined {
  const { value, resource, path } = field;
  if (
    typeof value === 'string' &&
    ['host', 'hosts'].includes(String(path.findLast((step) => typeof step === 'string')))
  ) {
    const service = serviceFor(mesh, value, resource.namespace);
    return service && serviceHelp(mesh, service);
  }
  if (resource.kind === 'Service' && path.join('.') === 'metadata.name') {
    const service = serviceFor(mesh, resource.name, resource.namespace);
    return service && serviceHelp(mesh, service);
  }
  return undefined;
}

function serviceHelp(mesh: Mesh, service: Service): string {
  const { hostname, namespace, ports, isInCluster } = service;
  const addresses = new Set(endpointsOf(mesh, service).map(({ address }) => address));
  const modes = new Set(serverPorts(mesh, service).map(({ mtls }) => mtls.mode));
  const routes = virtualServices(mesh).filter(({ hosts }) => hosts.some(({ name }) => name === hostname));
  return [
    `**${hostname}**, ${isInCluster ? 'a Service' : 'a ServiceEntry'} in namespace ${namespace}`,
    `- ports: ${ports.map(({ name, number, protocol }) => `${number} ${name} (${protocol})`).join(', ') || 'none'}`,
    `- addresses of its endpoints: ${addresses.size}`,
    ...(modes.size > 0 ? [`- mutual TLS of its servers: ${[...modes].join(', ')}`] : []),
    ...(routes.length > 0
      ? [
          `- routed by: ${routes.map(({ resource }) => `${resource.kind} ${resource.namespace}/${resource.name}`).join(', ')}`,
        ]
      : []),
  ].join('\n');
}
