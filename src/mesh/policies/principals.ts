/** The identities of the mesh as policies name them: `trust-domain/ns/NAMESPACE/sa/SERVICE-ACCOUNT`. */
import { perMesh } from '../memo';
import { gatewayAccounts } from '../gateways/gateway-deployments';
import { machines } from '../workloads/machines';
import type { Mesh } from '../mesh';
import { meshConfig } from '../settings/mesh-config';
import { namespaces } from '../settings/namespaces';
import { fitsText } from './text-match';
import { workloads } from '../workloads/workloads';

/** The parts of a principal that names one identity. */
export interface Principal {
  readonly trustDomain: string;
  readonly namespace: string;
  readonly serviceAccount: string;
}

/** The parts of a principal; undefined where it is not of the form that Istio gives identities. */
export function principalOf(text: string): Principal | undefined {
  const [, trustDomain, namespace, serviceAccount] = /^([^/*]+)\/ns\/([^/*]+)\/sa\/([^/*]+)$/.exec(text) ?? [];
  if (trustDomain === undefined || namespace === undefined || serviceAccount === undefined) return undefined;
  return { trustDomain, namespace, serviceAccount };
}

/** Stands for the mesh's own trust domain in policies, whatever that is called. istio: Bundle.ReplaceTrustDomainAliases */
const LOCAL = 'cluster.local';

/** The trust domains whose identities count as this mesh's. */
export const trustDomains: (mesh: Mesh) => ReadonlySet<string> = perMesh((mesh) => {
  const { trustDomain, trustDomainAliases } = meshConfig(mesh);
  return new Set([LOCAL, trustDomain, ...trustDomainAliases]);
});

/** The service accounts of each namespace: declared, used by a workload, or `default`, which every namespace has. */
export const serviceAccounts: (mesh: Mesh) => ReadonlyMap<string, ReadonlySet<string>> = perMesh((mesh) => {
  const found = new Map([...namespaces(mesh).keys()].map((name) => [name, new Set(['default'])]));
  const add = (namespace: string, name: string): unknown => found.get(namespace)?.add(name);
  for (const { namespace, name } of mesh.all('ServiceAccount')) add(namespace, name);
  for (const { namespace, name } of gatewayAccounts(mesh)) add(namespace, name);
  for (const { namespace, serviceAccount } of machines(mesh)) if (serviceAccount) add(namespace, serviceAccount);
  for (const { namespace, template } of workloads(mesh)) {
    const { serviceAccountName, serviceAccount } = template.value.spec ?? {};
    add(namespace, serviceAccountName || serviceAccount || 'default');
  }
  return found;
});

const identities = perMesh((mesh) =>
  [...serviceAccounts(mesh)].flatMap(([namespace, names]) =>
    [...trustDomains(mesh)].flatMap((domain) => [...names].map((name) => `${domain}/ns/${namespace}/sa/${name}`)),
  ),
);

/** Whether some identity of the mesh fits a policy's text. */
export function isPrincipal(mesh: Mesh, text: string): boolean {
  const principal = principalOf(text);
  if (!principal) return identities(mesh).some((identity) => fitsText(text, identity));
  const { trustDomain, namespace, serviceAccount } = principal;
  return trustDomains(mesh).has(trustDomain) && serviceAccounts(mesh).get(namespace)?.has(serviceAccount) === true;
}
