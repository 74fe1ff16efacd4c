/** BackendTLSPolicies as DestinationRules. */
import type { KindMap } from '../../schema/kinds';
import type {
  BackendTLSPolicyValidation,
  LocalPolicyTargetReferenceWithSectionName,
} from '../../schema/kinds/gateway-api';
import type { ClientTLSSettings, TrafficPolicy } from '../../schema/kinds/networking';
import { Field } from '../../source/field';
import type { Resource } from '../../source/resource';
import { configs } from '../settings/configs';
import { NOT_YET, created } from '../creation';
import type { DestinationRule } from '../traffic/destination-rules';
import { groupBy } from '../grouping';
import { alphabetically } from '../services/hostname';
import { perMesh } from '../memo';
import type { Mesh } from '../mesh';
import { hasAuthority } from './certificates';
import { INTERNAL } from './gateways';
import { serviceCalled, serviceEntryCalled } from './parents';
import { CONFIG_MAP, SERVICE, SERVICE_ENTRY, kindOf } from './references';

/** A BackendTLSPolicy as it is written. */
export type BackendTlsPolicy = Resource<KindMap['BackendTLSPolicy']>;
/** What a policy is for. */
export type PolicyTarget = LocalPolicyTargetReferenceWithSectionName;

/** What a policy says of one host, or of one of its ports. istio: BackendPolicy */
interface Setting {
  readonly host: string;
  readonly ruleName: string;
  readonly port: number | undefined;
  readonly tls: ClientTLSSettings;
  readonly field: Field<PolicyTarget>;
  readonly policy: BackendTlsPolicy;
}

/** The rules that come of all policies; of several policies for one port the oldest counts. istio: DestinationRuleCollection */
export const backendPolicyRules: (mesh: Mesh) => readonly DestinationRule[] = perMesh((mesh) => {
  const settings = [...configs(mesh, 'BackendTLSPolicy')].sort(byAge).flatMap((policy) => settingsOf(mesh, policy));
  const groups = groupBy(settings, ({ policy, ruleName, host }) => `${policy.namespace}/${ruleName} ${host}`);
  return [...groups.values()].map(ruleOf);
});

const byTarget = perMesh((mesh) => {
  const used = [...configs(mesh, 'BackendTLSPolicy')].filter((policy) => !isIgnored(policy)).sort(byAge);
  const pairs = used.flatMap((policy) =>
    (policy.value.spec?.targetRefs ?? []).map((target) => ({ policy, key: targetKey(policy, target) })),
  );
  return groupBy(pairs, ({ key }) => key);
});

/** A target with its section: policies for a Service and for one of its ports do not conflict. istio: btlsTargetRefEqual */
const targetKey = (policy: BackendTlsPolicy, target: PolicyTarget): string =>
  [policy.namespace, kindOf(target, '/'), target.name ?? '', target.sectionName ?? ''].join(' ');

/** The older policy that applies to a target of a policy in its stead. istio: btlsIsConflicted */
export function priorPolicy(mesh: Mesh, policy: BackendTlsPolicy, target: PolicyTarget): BackendTlsPolicy | undefined {
  const first = byTarget(mesh).get(targetKey(policy, target))?.[0]?.policy;
  return first === policy ? undefined : first;
}

/** Whether an annotation says that Istio must not use a policy. */
export const isIgnored = ({ metadata }: BackendTlsPolicy): boolean =>
  metadata.annotations?.['istio.io/ignore-policy-attachment']?.toLowerCase() === 'true';

const byAge = (one: BackendTlsPolicy, other: BackendTlsPolicy): number =>
  created(one.metadata, NOT_YET) - created(other.metadata, NOT_YET) ||
  alphabetically(one.namespace, other.namespace) ||
  alphabetically(one.name, other.name);

function settingsOf(mesh: Mesh, policy: BackendTlsPolicy): Setting[] {
  if (isIgnored(policy)) return [];
  const tls = tlsOf(mesh, policy.namespace, policy.value.spec?.validation ?? {});
  return policy.each('spec.targetRefs[]').flatMap((field) => {
    const target = targetOf(mesh, policy.namespace, field.value);
    if (!target) return [];
    const { name = '', sectionName } = field.value;
    const port = sectionName ? target.ports.find((each) => each.name === sectionName) : undefined;
    if (sectionName && !port) return [];
    return target.hosts.map((host) => {
      const ruleName = target.isEntry ? `${name}~${host.replaceAll('.', '-')}~${INTERNAL}` : `${name}~${INTERNAL}`;
      return { host, ruleName, port: port?.number, tls, field, policy };
    });
  });
}

interface Targeted {
  readonly hosts: readonly string[];
  readonly ports: readonly { readonly name: string | undefined; readonly number: number }[];
  readonly isEntry: boolean;
}

function targetOf(mesh: Mesh, namespace: string, target: PolicyTarget): Targeted | undefined {
  const { name = '' } = target;
  const kind = kindOf(target, '/');
  if (kind === SERVICE) {
    const service = serviceCalled(mesh, namespace, name);
    const ports = (service?.value.spec?.ports ?? []).map((port) => ({ name: port.name, number: port.port ?? 0 }));
    return service && { hosts: [`${name}.${namespace}.svc.${mesh.domain}`], ports, isEntry: false };
  }
  if (kind !== SERVICE_ENTRY) return undefined;
  const entry = serviceEntryCalled(mesh, namespace, name);
  const ports = (entry?.value.spec?.ports ?? []).map((port) => ({ name: port.name, number: port.number ?? 0 }));
  return entry && { hosts: entry.value.spec?.hosts ?? [], ports, isEntry: true };
}

/** istio: BackendTLSPolicyCollection */
function tlsOf(mesh: Mesh, namespace: string, validation: BackendTLSPolicyValidation): ClientTLSSettings {
  const { hostname, subjectAltNames = [] } = validation;
  const names = subjectAltNames.flatMap(({ type, hostname: host, uri }) => (type === 'URI' ? uri : host) ?? []);
  const credentialName = authoritiesOf(mesh, namespace, validation);
  return {
    mode: 'SIMPLE',
    ...(hostname !== undefined && { sni: hostname }),
    ...(names.length > 0 && { subjectAltNames: names }),
    ...(credentialName !== undefined && { credentialName }),
  };
}

/** Where the authorities that servers are checked against stand; a name that is never valid where they cannot be read. istio: getBackendTLSCredentialName */
function authoritiesOf(mesh: Mesh, namespace: string, validation: BackendTLSPolicyValidation): string | undefined {
  const [reference] = validation.caCertificateRefs ?? [];
  if (validation.wellKnownCACertificates !== undefined || !reference) return undefined;
  const { name = '' } = reference;
  const usable = kindOf(reference, '/') === CONFIG_MAP && hasAuthority(mesh, 'ConfigMap', namespace, name);
  return usable ? `configmap://${namespace}/${name}` : 'invalid://';
}

function ruleOf(settings: readonly Setting[]): DestinationRule {
  const [first] = settings as [Setting];
  const { host, ruleName: name, policy } = first;
  const whole = settings.find(({ port }) => port === undefined);
  const ofPorts = new Map<number, ClientTLSSettings>();
  for (const { port, tls } of settings) if (port !== undefined && !ofPorts.has(port)) ofPorts.set(port, tls);
  const trafficPolicy: TrafficPolicy = {
    ...(whole && { tls: whole.tls }),
    ...(ofPorts.size > 0 && { portLevelSettings: [...ofPorts].map(([number, tls]) => ({ port: { number }, tls })) }),
  };
  const { namespace } = policy;
  const rule = policy.withValue<KindMap['DestinationRule']>({
    apiVersion: 'networking.istio.io/v1',
    kind: 'DestinationRule',
    metadata: { name, namespace },
    spec: { host, trafficPolicy },
  });
  return {
    host,
    namespace,
    name,
    from: [rule],
    exportTo: new Set(),
    selector: undefined,
    trafficPolicy: new Field(policy, ['spec', 'validation'], trafficPolicy),
    subsets: [],
  };
}
