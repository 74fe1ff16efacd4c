import { DATAPLANE_MODE, INJECT, NAMESPACE_INJECTION } from '../../mesh/injection/injection';
import type { Mesh } from '../../mesh/mesh';
import { podTemplates } from '../../mesh/workloads/pod-templates';
import { didYouMean, oneOf } from '../../schema/spelling';
import type { Field } from '../../source/field';
import { rule } from '../rule';
import { own } from '../../source/own';

export default rule({
  name: 'unknown-label-value',
  category: 'traffic',
  severity: 'error',
  summary: 'A label that Istio reads has a value that Istio does not know.',
  url: 'https://istio.io/latest/docs/reference/config/labels/',
  docs: `
    Istio compares the values of its labels exactly, including case, and ignores an unknown value
    without a warning. \`istio-injection: enalbed\` and \`istio-injection: "true"\` inject no sidecars,
    \`istio.io/dataplane-mode: Ambient\` does not enable ambient mode, and a waypoint with
    \`istio.io/waypoint-for: services\` serves no traffic. Traffic then has no mutual TLS and no
    policies.

    Fix: use one of the values that the message lists.
  `,
  check({ mesh, report }) {
    for (const field of labelled(mesh)) {
      const name = String(field.path.at(-1));
      const { values, consequence } = own(LABELS, name)!;
      if (typeof field.value !== 'string' || values.includes(field.value)) continue;
      const meant = own(MEANT, field.value.toLowerCase())?.find((each) => values.includes(each));
      const help = meant === undefined ? didYouMean(field.value, values) : `; did you mean "${meant}"?`;
      report(
        field,
        `label "${name}" has the unknown value "${field.value}", so ${consequence}${help || `; use ${oneOf(values)}`}`,
      );
    }
  },
});

interface LabelValues {
  readonly kinds: readonly ('Namespace' | 'Pod' | 'Gateway' | 'GatewayClass' | 'Service' | 'ServiceEntry')[];
  readonly values: readonly string[];
  readonly consequence: string;
}

/** The labels whose values are a closed list. istio: the chart's MutatingWebhookConfiguration, label.gen.go, constants.go */
const LABELS: Readonly<Record<string, LabelValues>> = {
  [NAMESPACE_INJECTION]: {
    kinds: ['Namespace'],
    values: ['enabled', 'disabled'],
    consequence: 'no pod of the namespace gets a sidecar',
  },
  [INJECT]: { kinds: ['Pod'], values: ['true', 'false'], consequence: 'the injector ignores it' },
  [DATAPLANE_MODE]: {
    kinds: ['Namespace', 'Pod'],
    values: ['ambient', 'none'],
    consequence: 'ztunnel does not capture the pods',
  },
  'istio.io/waypoint-for': {
    kinds: ['Gateway', 'GatewayClass'],
    values: ['service', 'workload', 'all', 'none'],
    consequence: 'the waypoint serves no traffic',
  },
  'istio.io/ingress-use-waypoint': {
    kinds: ['Namespace', 'Service', 'ServiceEntry'],
    values: ['true', 'false'],
    consequence: 'gateways do not use the waypoint',
  },
};

/** Values of other labels of the ecosystem that people write by mistake. */
const MEANT: Readonly<Record<string, readonly string[]>> = {
  true: ['enabled', 'ambient', 'true'],
  yes: ['enabled', 'true'],
  on: ['enabled', 'true'],
  enable: ['enabled', 'ambient', 'true'],
  enabled: ['ambient', 'true'],
  sidecar: ['enabled'],
  false: ['disabled', 'none'],
  no: ['disabled', 'false'],
  off: ['disabled', 'none', 'false'],
  disable: ['disabled', 'none', 'false'],
  disabled: ['none', 'false'],
};

function labelled(mesh: Mesh): Field[] {
  const objects = mesh.allOf('Namespace', 'KubernetesGateway', 'GatewayClass', 'Service', 'ServiceEntry');
  const ofObjects = objects.flatMap((resource) => labelsOf(resource.root, resource.kind));
  return [...ofObjects, ...podTemplates(mesh).flatMap(({ template }) => labelsOf(template, 'Pod'))];
}

function labelsOf(object: Field, kind: string): Field[] {
  const labels = object.child('metadata').child('labels');
  const written = (labels.value ?? {}) as Record<string, unknown>;
  return Object.entries(LABELS)
    .filter(([name, { kinds }]) => Object.hasOwn(written, name) && (kinds as readonly string[]).includes(kind))
    .map(([name]) => labels.child(name));
}
