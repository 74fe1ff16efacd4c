import type { KindMap } from '../../kinds';
import type { ServiceEntrySpec, ServicePort } from '../../kinds/networking';
import { isHttp, isTls, protocolNamed } from '../../protocol';
import { all, each, fields, isFilled, missing, spelt, unique, unlessEmpty } from '../checks';
import type { Check, Part } from '../part';
import { subnet } from '../values/addresses';
import { serviceExportTo } from '../values/export-to';
import { host, isPartialWildcard, label } from '../values/hosts';
import { port as portNumber, portOrZero } from '../values/numbers';
import { knownProtocol } from '../values/protocols';
import { workloadSelector } from '../values/selectors';
import { resolutions } from './service-entry-resolutions';

type Spec = Part<ServiceEntrySpec>;

/** istio: validation.ValidateServiceEntry */
export const serviceEntry: Check<KindMap['ServiceEntry']> = (part) => {
  const whole = part.at('spec').as(part.value.spec ?? {});
  if (!isFilled(whole.value.hosts)) missing(whole, 'hosts', ': a ServiceEntry needs at least one');
  spec(whole);
  hosts(whole);
  selectorOrEndpoints(whole);
  ranges(whole);
  portsWithoutAddress(whole);
  resolutions[whole.value.resolution ?? 'NONE'](whole);
  severalHosts(whole);
};

/** istio: validation.ValidatePortName, validation.ValidateProtocol */
const port = fields<ServicePort>(
  { name: spelt(label), protocol: unlessEmpty(knownProtocol), targetPort: portOrZero, number: portNumber },
  (part) => {
    for (const name of ['name', 'number'] as const) if (part.value[name] === undefined) missing(part, name);
  },
);

const ports = all(
  each(port),
  unique<ServicePort>(
    'name',
    ({ name }) => name,
    (item) => item.at('name'),
  ),
  unique<ServicePort>(
    'number',
    ({ number }) => number?.toString(),
    (item) => item.at('number'),
  ),
);

const spec = fields<ServiceEntrySpec>({ addresses: each(subnet), exportTo: serviceExportTo, ports, workloadSelector });

function hosts(spec: Spec): void {
  for (const item of spec.at('hosts').items()) {
    if (item.value === '*') {
      item.refuse('the host "*" is not allowed; name a host or a domain');
      continue;
    }
    host(item);
    if (spec.value.resolution !== 'DYNAMIC_DNS' && isPartialWildcard(item.value))
      item.doubt(`"${item.value}" has a "*" for a part of a name; only a whole "*." at its beginning has an effect`);
  }
}

function selectorOrEndpoints(spec: Spec): void {
  const { endpoints, workloadSelector: selector, resolution = 'NONE' } = spec.value;
  if (selector && isFilled(endpoints))
    spec
      .at('endpoints')
      .refuse('"endpoints" and "workloadSelector" are mutually exclusive', { on: 'key', reason: 'exclusive' });
  if (selector && resolution === 'NONE')
    spec.at('workloadSelector').doubt('"workloadSelector" has no effect with the resolution NONE', { on: 'key' });
}

function ranges(spec: Spec): void {
  const { resolution = 'NONE' } = spec.value;
  if (resolution === 'NONE' || resolution === 'STATIC') return;
  const range = spec
    .at('addresses')
    .items()
    .find(({ value }) => value.includes('/'));
  range?.refuse(`the range "${range.value}" is only for the resolutions NONE and STATIC, not for ${resolution}`);
}

/** istio: serviceentry.ShouldV2AutoAllocateIP */
const isAllocated = ({ value: { addresses, resolution = 'NONE' }, judged }: Spec) =>
  resolution !== 'NONE' &&
  !isFilled(addresses) &&
  judged.labels['networking.istio.io/enable-autoallocate-ip']?.toLowerCase() !== 'false';

function portsWithoutAddress(spec: Spec): void {
  if (isFilled(spec.value.addresses) || isAllocated(spec)) return;
  for (const item of spec.at('ports').items())
    if (item.value.protocol === undefined || item.value.protocol === '' || item.value.protocol === 'TCP')
      item.doubt('a TCP port needs "addresses" (automatic allocation is off)');
}

function severalHosts(spec: Spec): void {
  const { hosts: names = [], resolution = 'NONE' } = spec.value;
  if (resolution === 'NONE' || names.length < 2) return;
  const plain = spec
    .at('ports')
    .items()
    .find(({ value: { protocol = '' } }) => {
      const known = protocolNamed(protocol);
      return !isHttp(known) && !isTls(known);
    });
  plain?.refuse('several hosts need a port of protocol HTTP or TLS; a port of another protocol supports one host', {
    reason: 'semantic',
  });
}
