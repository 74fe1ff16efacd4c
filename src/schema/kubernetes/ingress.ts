import type { Path } from '../../source/path';
import { isIp } from '../ip';
import type { HTTPIngressPath, Ingress, IngressBackend, IngressRule } from '../kinds/kubernetes';
import { dnsSubdomain } from '../names';
import { type Violation, violation } from '../violation';

/** Source: k8s.io/kubernetes networking validation ValidateIngressCreate. */
export function ingressViolations({ spec = {} }: Ingress): Violation[] {
  const { defaultBackend, rules = [] } = spec;
  if (!defaultBackend && rules.length === 0)
    return [violation('missing-field', ['spec'], 'an Ingress needs "rules" or a "defaultBackend"')];
  const inRules = rules.flatMap((rule, index) => (rule ? ruleViolations(['spec', 'rules', index], rule) : []));
  return [...(defaultBackend ? backendViolations(['spec', 'defaultBackend'], defaultBackend) : []), ...inRules];
}

function ruleViolations(path: Path, { host, http }: IngressRule): Violation[] {
  const paths = (http?.paths ?? []).flatMap((item, index) =>
    item ? pathViolations([...path, 'http', 'paths', index], item) : [],
  );
  return host ? [...hostViolations([...path, 'host'], host), ...paths] : paths;
}

function hostViolations(path: Path, host: string): Violation[] {
  if (isIp(host)) return [violation('format', path, `"${host}" is an IP address; expected a DNS name`)];
  const bad = dnsSubdomain(host.replace(/^\*\./, ''));
  return bad ? [violation('format', path, `"${host}" ${bad.because}`)] : [];
}

const BAD_PARTS = ['//', '/./', '/../', '%2f', '%2F'];
const BAD_ENDS = ['/..', '/.'];

function pathViolations(path: Path, item: HTTPIngressPath): Violation[] {
  const { backend, path: text = '', pathType } = item;
  const found = backend ? backendViolations([...path, 'backend'], backend) : [];
  const place = [...path, 'path'];
  if (text === '' && pathType === 'ImplementationSpecific') return found;
  if (pathType !== undefined && !text.startsWith('/'))
    return [...found, violation('format', place, `"${text}" is not an absolute path`)];
  if (pathType !== 'Exact' && pathType !== 'Prefix') return found;
  const bad = BAD_PARTS.find((part) => text.includes(part)) ?? BAD_ENDS.find((end) => text.endsWith(end));
  return bad ? [...found, violation('format', place, `"${text}" must not contain "${bad}"`)] : found;
}

function backendViolations(path: Path, { resource, service }: IngressBackend): Violation[] {
  if (resource && service)
    return [
      violation('exclusive', [...path, 'resource'], '"resource" and "service" are mutually exclusive', { on: 'key' }),
    ];
  if (resource) return [];
  if (!service) return [violation('missing-field', path, '"service" is missing', { on: 'key' })];
  const { name, number } = service.port ?? {};
  if (name && number)
    return [violation('exclusive', [...path, 'service', 'port'], 'the port has a name or a number, not both')];
  return name || number
    ? []
    : [violation('missing-field', [...path, 'service', 'port'], 'the port needs a name or a number')];
}
