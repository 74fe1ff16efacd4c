import type { KindMap } from '../../kinds';
import type {
  HTTPHealthCheckConfig,
  ReadinessProbe,
  WorkloadGroupObjectMeta,
  WorkloadGroupSpec,
} from '../../kinds/networking';
import { oneOf } from '../../spelling';
import { each, fields, isFilled, missing, present, spelt } from '../checks';
import type { Check, Part } from '../part';
import { strictHeader } from '../values/headers';
import { labels } from '../values/labels';
import { notNegative, port } from '../values/numbers';

/** istio: validation.ValidateWorkloadGroup */
export const workloadGroup: Check<KindMap['WorkloadGroup']> = (part) => spec(part.at('spec').as(part.value.spec ?? {}));

const header = fields<{ name?: string }>(
  { name: spelt(strictHeader(/^[-A-Za-z0-9]+$/, 'letters, digits and "-"')) },
  (part) => {
    if (part.value.name === undefined) missing(part, 'name');
  },
);

/** A port that must be there. */
function neededPort(part: Part<{ port?: number }>): void {
  if (part.value.port === undefined) missing(part, 'port');
  else port(part.at('port') as Part<number>);
}

const httpGet = fields<HTTPHealthCheckConfig>(
  {
    scheme: (part) => {
      if (!['', 'HTTP', 'HTTPS'].includes(part.value))
        part.refuse(`"${part.value}" is neither "HTTP" nor "HTTPS"`, { reason: 'enum' });
    },
    httpHeaders: each(header),
  },
  neededPort,
);

const METHODS = ['httpGet', 'tcpSocket', 'exec'] as const;

/** Differs: a probe of gRPC passes the schema, but not the webhook, which does not know it. */
const method: Check<ReadinessProbe> = (part) => {
  if (present(part.value, ...METHODS).length) return;
  if (part.value.grpc) part.at('grpc').refuse(`istiod does not take "grpc"; use ${oneOf(METHODS)}`, { on: 'key' });
  else part.refuse(`the probe has no check; set one of ${oneOf(METHODS)}`, { on: 'key' });
};

/** istio: validation.validateReadinessProbe */
const probe = fields<ReadinessProbe>(
  {
    periodSeconds: notNegative,
    initialDelaySeconds: notNegative,
    timeoutSeconds: notNegative,
    successThreshold: notNegative,
    failureThreshold: notNegative,
    httpGet,
    tcpSocket: neededPort,
    exec: (part) => {
      if (!isFilled(part.value.command)) missing(part, 'command');
    },
  },
  method,
);

const spec = fields<WorkloadGroupSpec>({ metadata: fields<WorkloadGroupObjectMeta>({ labels }), probe }, (part) => {
  if (!part.value.template) missing(part, 'template');
});
