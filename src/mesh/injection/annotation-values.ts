/** What the injector accepts as the values of annotations. istio: inject.AnnotationValidation */
import { check } from '../../schema/check';
import { formats } from '../../schema/formats';
import { isCidr } from '../../schema/ip';
import { type Release, schemaOf } from '../../schema/release';
import { oneOf } from '../../schema/spelling';
import { formatPath } from '../../source/path';
import { UnreadableYaml, loadValue } from '../../source/values';

/** Says what is wrong with a value, and nothing where it is right. */
type Judge = (value: string, release: Release) => string | undefined;

const MODES = ['REDIRECT', 'TPROXY', 'NONE'];
/** What Go's strconv.ParseBool reads. */
const BOOLEANS = ['1', 't', 'T', 'TRUE', 'true', 'True', '0', 'f', 'F', 'FALSE', 'false', 'False'];
const LARGEST = 2 ** 32 - 1;
const LONGEST_INTERFACE = 15;

const interceptionMode: Judge = (value) => (MODES.includes(value) ? undefined : `must be ${oneOf(MODES)}`);

const boolean: Judge = (value) => (BOOLEANS.includes(value) ? undefined : 'must be "true" or "false"');

const count: Judge = (value) =>
  /^\d+$/.test(value) && Number(value) <= LARGEST ? undefined : 'must be a whole number, 0 or more';

const quantity: Judge = (value) =>
  formats.quantity(value) ? undefined : 'must be a quantity such as "100m" or "128Mi"';

const isPort = (text: string): boolean => /^\d+$/.test(text.trim()) && Number(text) <= 65535;

const port: Judge = (value) => (isPort(value) ? undefined : 'must be a port');

const ports: Judge = (value) => {
  const wrong = value.trim() === '' ? undefined : value.split(',').find((each) => !isPort(each));
  return wrong === undefined ? undefined : `must be ports with commas between them, and "${wrong}" is none`;
};

const ranges: Judge = (value) => {
  const wrong = value === '' ? undefined : value.split(',').find((each) => !isCidr(each));
  return wrong === undefined
    ? undefined
    : `must be ranges such as "10.0.0.0/8" with commas but no spaces between them, and "${wrong}" is none`;
};

const orAll =
  (judge: Judge): Judge =>
  (value, release) =>
    value === '*' ? undefined : judge(value, release);

const interfaces: Judge = (value) => {
  const names = value === '' ? [] : value.split(',').map((name) => name.trim());
  const wrong = names.find((name) => !/^[\w.-]+$/.test(name) || name.length > LONGEST_INTERFACE);
  return wrong === undefined ? undefined : `must be names of network interfaces, and "${wrong}" is none`;
};

const proxyConfig: Judge = (value, release) => {
  let read: unknown;
  try {
    read = loadValue(value);
  } catch (error) {
    if (!(error instanceof UnreadableYaml)) throw error;
    return `is not valid YAML: ${error.message}`;
  }
  if (read === null || read === undefined) return undefined;
  if (typeof read !== 'object' || Array.isArray(read)) return 'must be the fields of a ProxyConfig as YAML';
  const { violations } = check(
    schemaOf(release, 'mesh', 'v1alpha1', 'MeshProxyConfig')!.bundle,
    'MeshProxyConfig',
    read,
  );
  const first = violations.find(({ severity }) => severity === 'error');
  return (
    first && `is not a valid ProxyConfig: ${first.path.length ? `${formatPath(first.path)}: ` : ''}${first.message}`
  );
};

const JUDGES: Readonly<Record<string, Judge>> = {
  'sidecar.istio.io/interceptionMode': interceptionMode,
  'status.sidecar.istio.io/port': port,
  'readiness.status.sidecar.istio.io/initialDelaySeconds': count,
  'readiness.status.sidecar.istio.io/periodSeconds': count,
  'readiness.status.sidecar.istio.io/failureThreshold': count,
  'traffic.sidecar.istio.io/includeOutboundIPRanges': orAll(ranges),
  'traffic.sidecar.istio.io/excludeOutboundIPRanges': ranges,
  'traffic.sidecar.istio.io/includeInboundPorts': orAll(ports),
  'traffic.sidecar.istio.io/excludeInboundPorts': ports,
  'traffic.sidecar.istio.io/excludeOutboundPorts': ports,
  'traffic.sidecar.istio.io/excludeInterfaces': interfaces,
  'traffic.sidecar.istio.io/kubevirtInterfaces': interfaces,
  'istio.io/reroute-virtual-interfaces': interfaces,
  'prometheus.istio.io/merge-metrics': boolean,
  'proxy.istio.io/config': proxyConfig,
  'sidecar.istio.io/proxyCPU': quantity,
  'sidecar.istio.io/proxyMemory': quantity,
  'sidecar.istio.io/proxyCPULimit': quantity,
  'sidecar.istio.io/proxyMemoryLimit': quantity,
};

/** What is wrong with the value of an annotation on a pod; undefined where it is right, or anything goes. */
export const annotationFault = (name: string, value: string, release: Release): string | undefined =>
  Object.hasOwn(JUDGES, name) ? JUDGES[name]!(value, release) : undefined;
