import type { KindMap } from '../kinds';
import type { Release } from '../release';
import type { Violation } from '../violation';
import { authenticationPolicy } from './kinds/authentication-policy';
import { authorizationPolicy } from './kinds/authorization-policy';
import { destinationRule } from './kinds/destination-rule';
import { envoyFilter } from './kinds/envoy-filter';
import { gateway } from './kinds/gateway';
import { istioOperator } from './kinds/istio-operator';
import { meshConfig } from './kinds/mesh-config';
import { meshNetworks } from './kinds/mesh-networks';
import { httpApiSpec, httpApiSpecBinding, quotaSpec, quotaSpecBinding } from './kinds/mixer-client';
import { peerAuthentication } from './kinds/peer-authentication';
import { proxyConfig } from './kinds/proxy-config';
import { rbacConfig, serviceRole, serviceRoleBinding } from './kinds/rbac';
import { requestAuthentication } from './kinds/request-authentication';
import { serviceEntry } from './kinds/service-entry';
import { sidecar } from './kinds/sidecar';
import { telemetry } from './kinds/telemetry';
import { trafficExtension } from './kinds/traffic-extension';
import { virtualService } from './kinds/virtual-service';
import { wasmPlugin } from './kinds/wasm-plugin';
import { workloadEntry } from './kinds/workload-entry';
import { workloadGroup } from './kinds/workload-group';
import { annotations } from './metadata';
import { type Check, type Judged, Part } from './part';
import { own } from '../../source/own';

type Checks = { readonly [Kind in keyof KindMap]?: Check<KindMap[Kind]> };

const checks: Checks = {
  AuthorizationPolicy: authorizationPolicy,
  DestinationRule: destinationRule,
  EnvoyFilter: envoyFilter,
  Gateway: gateway,
  PeerAuthentication: peerAuthentication,
  ProxyConfig: proxyConfig,
  RequestAuthentication: requestAuthentication,
  ServiceEntry: serviceEntry,
  Sidecar: sidecar,
  Telemetry: telemetry,
  TrafficExtension: trafficExtension,
  VirtualService: virtualService,
  WasmPlugin: wasmPlugin,
  WorkloadEntry: workloadEntry,
  WorkloadGroup: workloadGroup,
};

/** Kinds that only Istio 1.4 has. */
const checksOf1_4: Checks = {
  ClusterRbacConfig: rbacConfig,
  HTTPAPISpec: httpApiSpec,
  HTTPAPISpecBinding: httpApiSpecBinding,
  MeshPolicy: authenticationPolicy,
  Policy: authenticationPolicy,
  QuotaSpec: quotaSpec,
  QuotaSpecBinding: quotaSpecBinding,
  RbacConfig: rbacConfig,
  ServiceRole: serviceRole,
  ServiceRoleBinding: serviceRoleBinding,
};

const GROUPS = /^(networking|security|telemetry|extensions)\.istio\.io$/;
const GROUPS_OF_1_4 = /^(authentication|config|rbac)\.istio\.io$/;

/** An object as the API server would store it. */
interface Stored {
  readonly metadata?: Partial<Pick<Judged, 'name' | 'namespace'>> & {
    readonly labels?: Record<string, string>;
    readonly annotations?: Record<string, string>;
  };
  readonly spec?: { readonly action?: string };
}

/** What istiod's admission webhook says to an object whose fields have the types of its kind. */
export function webhookViolations(group: string, kind: string, object: unknown, release: Release): Violation[] {
  const judged = checkedOf(object as Stored, release);
  const part = new Part(object, judged);
  if (GROUPS_OF_1_4.test(group)) {
    own(checksOf1_4 as Record<string, Check<unknown> | undefined>, kind)?.(part);
    return judged.violations;
  }
  if (!GROUPS.test(group)) return [];
  const check = own(checks as Record<string, Check<unknown> | undefined>, kind);
  check?.(part);
  const { spec } = object as Stored;
  annotations(part as Part<object>, kind === 'AuthorizationPolicy' ? (spec?.action ?? 'ALLOW') : undefined);
  return judged.violations;
}

/** What istioctl says to an IstioOperator. */
export function operatorViolations(object: unknown, release: Release): Violation[] {
  const judged = checkedOf({}, release, '');
  istioOperator(new Part(object as KindMap['IstioOperator'], judged));
  return judged.violations;
}

const meshChecks = { MeshConfig: meshConfig, MeshNetworks: meshNetworks };

/** What istiod says to its own configuration. */
export function meshViolations(kind: keyof typeof meshChecks, message: unknown, release: Release): Violation[] {
  const judged = checkedOf({}, release, '');
  (meshChecks[kind] as Check<unknown>)(new Part(message, judged));
  return judged.violations;
}

function checkedOf({ metadata = {} }: Stored, release: Release, home = 'default'): Judged {
  const { name = '', namespace = home, labels = {}, annotations: notes = {} } = metadata;
  return { name, namespace, labels, annotations: notes, minor: Number(release.split('.')[1]), violations: [] };
}
