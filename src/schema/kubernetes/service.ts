import type { Service, ServicePort, ServiceSpec } from '../kinds/kubernetes';
import { dnsSubdomain } from '../names';
import { type Violation, violation } from '../violation';
import { labelKeyViolations, repeatedBy } from './lists';

/** Source: k8s.io/kubernetes core validation ValidateService. */
export function serviceViolations({ spec = {} }: Service): Violation[] {
  return [
    ...portsViolations(spec),
    ...labelKeyViolations(['spec', 'selector'], spec.selector),
    ...typeViolations(spec),
  ];
}

function portsViolations(spec: ServiceSpec): Violation[] {
  const ports = spec.ports ?? [];
  const path = ['spec', 'ports'];
  if (ports.length === 0)
    return isHeadless(spec) || spec.type === 'ExternalName'
      ? []
      : [violation('missing-field', path, '"ports" is missing')];
  const names = ports.length < 2 ? [] : ports.flatMap((port, index) => unnamed(port, index));
  return [
    ...names,
    ...repeatedBy(path, ports, 'name', ({ name }) => name || undefined),
    ...repeatedBy(path, ports, 'port', portKey),
  ];
}

const isHeadless = ({ clusterIP }: ServiceSpec) => clusterIP === 'None';
const portKey = ({ port, protocol }: ServicePort) => (port === undefined ? undefined : `${protocol || 'TCP'} ${port}`);

const unnamed = (port: ServicePort, index: number): Violation[] =>
  port && !port.name
    ? [
        violation(
          'missing-field',
          ['spec', 'ports', index, 'name'],
          '"name" is missing: of several ports each needs one',
        ),
      ]
    : [];

function typeViolations(spec: ServiceSpec): Violation[] {
  const type = spec.type || 'ClusterIP';
  if (type !== 'ExternalName') return forbidden(spec, type);
  const path = ['spec', 'externalName'];
  const name = spec.externalName?.replace(/\.$/, '');
  if (!name)
    return [violation('missing-field', path, '"externalName" is missing: a service of type ExternalName needs it')];
  const bad = dnsSubdomain(name);
  return bad ? [violation('format', path, `"${spec.externalName}" ${bad.because}`)] : [];
}

/** What only services that are reached from outside may have. */
function forbidden(spec: ServiceSpec, type: string): Violation[] {
  if (type !== 'ClusterIP') return [];
  const only = (path: (string | number)[]) =>
    violation('semantic', path, `"${String(path.at(-1))}" is not allowed in a service of type ClusterIP`, {
      on: 'key',
    });
  const ports = (spec.ports ?? []).flatMap((port, index) =>
    port?.nodePort ? [only(['spec', 'ports', index, 'nodePort'])] : [],
  );
  return spec.loadBalancerSourceRanges?.length ? [...ports, only(['spec', 'loadBalancerSourceRanges'])] : ports;
}
