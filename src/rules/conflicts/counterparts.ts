/** What `istioctl analyze` and Kiali would say of two VirtualServices. They look at hosts and gateways as written, and at no routes. */
import { overlaps } from '../../mesh/services/hostname';
import type { Mesh } from '../../mesh/mesh';
import type { VirtualService } from '../../mesh/traffic/virtual-services';
import type { Claim } from './claims';

/** The codes of the tools that would report both. */
export const counterparts = (mesh: Mesh, one: Claim, other: Claim): string[] => [
  ...(analyzerSays(one, other) ? ['IST0109'] : []),
  ...(kialiSays(mesh, one, other) ? ['KIA1106'] : []),
];

/** istio: ConflictingMeshGatewayHostsAnalyzer */
function analyzerSays(one: Claim, other: Claim): boolean {
  if (![one, other].every(({ virtualService }) => virtualService.gateways.some(({ name }) => name === 'mesh')))
    return false;
  const [ours, theirs] = [scopesOf(one.virtualService), scopesOf(other.virtualService)];
  const shared = [...ours].some((scope) => theirs.has(scope));
  if (shared && one.host.name === other.host.name) return true;
  const isMixed = ours.has('*') !== theirs.has('*');
  return isMixed && overlaps(one.host.name, other.host.name);
}

function scopesOf({ resource, namespace }: VirtualService): ReadonlySet<string> {
  const exportTo = resource.value.spec?.exportTo ?? [];
  if (exportTo.length === 0 || exportTo.includes('*')) return new Set(['*']);
  return new Set(exportTo.map((entry) => (entry === '.' ? namespace : entry)));
}

/** kiali: SingleHostChecker */
function kialiSays(mesh: Mesh, one: Claim, other: Claim): boolean {
  const theirs = bucketsOf(other.virtualService);
  if (!bucketsOf(one.virtualService).some((bucket) => theirs.includes(bucket))) return false;
  const [our, their] = [one.host.name, other.host.name];
  return our === their || isAllOf(mesh, our, their) || isAllOf(mesh, their, our);
}

const bucketsOf = ({ resource }: VirtualService): readonly string[] => {
  const written = resource.value.spec?.gateways ?? [];
  return written.length > 0 ? written : [''];
};

/** Whether one host stands for all Services of the namespace that the other is in. */
function isAllOf(mesh: Mesh, wildcard: string, host: string): boolean {
  const suffix = `.svc.${mesh.domain}`;
  const [, namespace, ...rest] = host.endsWith(suffix) ? host.slice(0, -suffix.length).split('.') : [];
  return namespace !== undefined && rest.length === 0 && wildcard === `*.${namespace}${suffix}`;
}
