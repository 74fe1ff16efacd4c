import { groupBy } from '../../mesh/grouping';
import { workloads } from '../../mesh/workloads/workloads';
import { didYouMean } from '../../schema/spelling';
import { rule } from '../rule';

export default rule({
  name: 'unknown-service-account',
  category: 'reference',
  severity: 'warning',
  summary: 'A WorkloadGroup references a service account that does not exist.',
  url: 'https://istio.io/latest/docs/reference/config/networking/workload-group/',
  docs: `
    A machine joins the mesh with a token of this account, and policies identify it by the account.
    Without the account no token can be issued (\`istioctl x workload entry configure\` fails), and
    policies for this identity match no client.

    Fix: create the ServiceAccount, or correct the name. ServiceAccounts and the accounts of
    workloads are known; Kiali knows the latter only.
  `,
  sameAs: ['KIA1701'],
  check({ mesh, missing }) {
    const declared = groupBy(mesh.all('ServiceAccount'), ({ namespace }) => namespace);
    const used = groupBy(workloads(mesh), ({ namespace }) => namespace);
    for (const group of mesh.all('WorkloadGroup')) {
      const { serviceAccount } = group.value.spec?.template ?? {};
      if (!serviceAccount || serviceAccount === 'default') continue;
      const accounts = new Set([
        ...(declared.get(group.namespace) ?? []).map(({ name }) => name),
        ...(used.get(group.namespace) ?? []).flatMap(({ template }) => template.value.spec?.serviceAccountName ?? []),
      ]);
      if (accounts.has(serviceAccount)) continue;
      missing(
        group.at(['spec', 'template', 'serviceAccount']),
        { kind: 'ServiceAccount', namespace: group.namespace },
        `service account "${serviceAccount}" does not exist in namespace "${group.namespace}"${didYouMean(serviceAccount, accounts)}`,
      );
    }
  },
});
