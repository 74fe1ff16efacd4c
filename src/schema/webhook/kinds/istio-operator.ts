import { isCidr } from '../../ip';
import type { KindMap } from '../../kinds';
import type { IstioComponentSpec, IstioOperatorSpec, ProxyConfig, Values } from '../../kinds/install';
import { fields, misspelt, spelt, unlessEmpty } from '../checks';
import type { Check, Part } from '../part';
import { label } from '../values/hosts';
import { hub, tag } from '../values/images';
import { wholeNumber } from '../values/addresses';
import { meshConfig } from './mesh-config';

type Spec = Part<IstioOperatorSpec>;

/** istio: operator validation.ParseAndValidateIstioOperator */
export const istioOperator: Check<KindMap['IstioOperator']> = (part) => {
  const whole = part.at('spec').as(part.value.spec ?? {});
  spec(whole);
  for (const side of ['ingress', 'egress'] as const) gateways(whole, side);
  replicas(whole);
};

/** A list with commas between its items, or `*` for everything. */
const list = (what: string, isItem: (text: string) => boolean): Check<string> =>
  unlessEmpty((part) => {
    if (part.value === '*') return;
    for (const item of part.value.split(','))
      if (!isItem(item))
        part.refuse(`"${item}" is not ${what}; a list of them, with commas and without blanks, or "*" is expected`);
  });

const ranges = list('an address range such as "10.0.0.0/8"', isCidr);
const ports = list('a port', (text) => {
  const number = text === '' || text === '*' ? 0 : wholeNumber(text);
  return number !== undefined && number >= 0 && number <= 65_535;
});

const values = fields<Values>({
  meshConfig,
  global: (part) => proxy(part.at('proxy').as(part.value.proxy ?? {})),
  gateways: (part) => ingressPorts(part.at('istio-ingressgateway')),
});

const proxy = fields<ProxyConfig>({
  includeIPRanges: ranges,
  excludeIPRanges: ranges,
  includeInboundPorts: ports,
  excludeInboundPorts: ports,
});

const OBJECT_NAME = /^[a-z0-9.-]{1,254}$/;

const components: Check<IstioComponentSpec> = (part) => {
  for (const gateway of [...part.at('egressGateways').items(), ...part.at('ingressGateways').items()]) {
    const { name } = gateway.value;
    if (name && !OBJECT_NAME.test(name))
      misspelt(gateway.at('name'), name, {
        because: 'is not a valid name: lower-case letters, digits, "-" and "." are allowed',
      });
  }
};

const spec = fields<IstioOperatorSpec>({
  hub: spelt(hub),
  tag: (part: Part<unknown>) => {
    const text = typeof part.value === 'string' ? part.value : JSON.stringify(part.value);
    const bad = tag(text);
    if (bad) misspelt(part, text, bad);
  },
  revision: unlessEmpty(spelt(label)),
  components,
  meshConfig,
  values,
});

const needsRoot = (targetPort: number, port: number) => !(targetPort === 0 && port > 1024) && targetPort < 1024;
const ROOT = 'ports below 1024 need a proxy that runs as root; set "targetPort" to one above 1024';

/** istio: operator validation.checkServicePorts */
function gateways(spec: Spec, side: 'ingress' | 'egress'): void {
  if (spec.value.values?.gateways?.[`istio-${side}gateway`]?.runAsRoot) return;
  for (const gateway of spec.at('components').at(`${side}Gateways`).items())
    for (const port of gateway.at('k8s').at('service').at('ports').items()) {
      const { targetPort = 0, port: number = 0 } = port.value;
      if (typeof targetPort === 'number' && needsRoot(targetPort, number)) port.refuse(ROOT);
    }
}

function ingressPorts(part: Part<{ ingressPorts?: Record<string, unknown>[] } | undefined>): void {
  for (const item of part.at('ingressPorts').items()) {
    const { port, targetPort = null } = item.value;
    if (typeof port !== 'number' || (targetPort !== null && typeof targetPort !== 'number')) continue;
    if (needsRoot(Math.trunc(targetPort ?? 0), Math.trunc(port))) item.refuse(ROOT);
  }
}

/** istio: operator validation.checkAutoScaleAndReplicaCount */
function replicas(spec: Spec): void {
  const { components: parts, values: given } = spec.value;
  const message = '"replicaCount" has no effect where "autoscaleEnabled" is true';
  if (given?.pilot?.autoscaleEnabled && (parts?.pilot?.k8s?.replicaCount ?? 0) > 1)
    spec.at('components').at('pilot').at('k8s').at('replicaCount').doubt(message, { on: 'key' });
  for (const side of ['ingress', 'egress'] as const) {
    if (!given?.gateways?.[`istio-${side}gateway`]?.autoscaleEnabled) continue;
    for (const gateway of spec.at('components').at(`${side}Gateways`).items())
      if (gateway.value.k8s?.replicaCount) gateway.at('k8s').at('replicaCount').doubt(message, { on: 'key' });
  }
}
