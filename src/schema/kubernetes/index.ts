import type { KindMap } from '../kinds';
import type { Violation } from '../violation';
import { endpointSliceViolations, endpointsViolations } from './endpoints';
import { ingressViolations } from './ingress';
import { configMapViolations, secretViolations } from './keys';
import { serviceViolations } from './service';
import { webhookViolations } from './webhooks';
import {
  cronJobViolations,
  jobViolations,
  podViolations,
  statefulSetViolations,
  workloadViolations,
} from './workloads';
import { own } from '../../source/own';

type Judges = { [Kind in keyof KindMap]?: (object: KindMap[Kind]) => Violation[] };

/** What the API server checks across the fields of the kinds of Kubernetes, once each field has its type. */
const judges: Judges = {
  ConfigMap: configMapViolations,
  CronJob: cronJobViolations,
  DaemonSet: workloadViolations,
  Deployment: workloadViolations,
  EndpointSlice: endpointSliceViolations,
  Endpoints: endpointsViolations,
  Ingress: ingressViolations,
  Job: jobViolations,
  MutatingWebhookConfiguration: webhookViolations,
  Pod: podViolations,
  ReplicaSet: workloadViolations,
  Secret: secretViolations,
  Service: serviceViolations,
  StatefulSet: statefulSetViolations,
  ValidatingWebhookConfiguration: webhookViolations,
};

/** The violations of an object of a kind of Kubernetes whose fields have the types of that kind. */
export function kubernetesViolations(kind: string, object: unknown): Violation[] {
  const judge = own(judges as Record<string, ((object: unknown) => Violation[]) | undefined>, kind);
  return judge ? judge(object) : [];
}
