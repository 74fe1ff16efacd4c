import type { Mesh } from '../../mesh/mesh';
import { meshConfig } from '../../mesh/settings/mesh-config';
import { namespaces } from '../../mesh/settings/namespaces';
import { isPrincipal, principalOf, serviceAccounts, trustDomains } from '../../mesh/policies/principals';
import { isPattern } from '../../mesh/policies/text-match';
import { workloadsSelected } from '../../mesh/workloads/workloads';
import { isPresumedWhole } from '../../mesh/world';
import { didYouMean } from '../../schema/spelling';
import type { Field } from '../../source/field';
import { replacing } from '../edits';
import { principals } from './principal-fields';
import { type Context, type Details, type Missing, rule } from '../rule';

export default rule({
  name: 'unknown-principal',
  category: 'reference',
  severity: 'error',
  summary: 'An AuthorizationPolicy matches an identity that no workload has.',
  url: 'https://istio.io/latest/docs/reference/config/security/authorization-policy/',
  docs: `
    The certificate of a client holds its identity,
    "spiffe://TRUST-DOMAIN/ns/NAMESPACE/sa/SERVICE-ACCOUNT"; policies write it without "spiffe://".
    An entry that matches no identity never applies: an ALLOW rule allows no client by it (403,
    RBAC: access denied), a DENY rule denies none.

    Fix: correct the namespace or the service account.

    A declared ServiceAccount is an identity even if no workload uses it yet; Kiali requires a
    running workload. "cluster.local" stands for the mesh's own trust domain, whatever its name is.
    An identity that only another cluster of the mesh has (\`--cluster\`) is info.
  `,
  sameAs: ['KIA0106', 'KIA0107'],
  check(context) {
    for (const { field, isListed } of principals(context.mesh)) checkOne(context, field, isListed ? ['KIA0106'] : []);
  },
});

const SCHEME = 'spiffe://';

function checkOne(context: Context, field: Field<string>, sameAs: string[]): void {
  const { mesh, report, missing } = context;
  const { value } = field;
  if (value.startsWith(SCHEME)) {
    const plain = value.slice(SCHEME.length);
    const details = { sameAs, fix: replacing(field, plain) };
    return report(field, `"${value}" never matches, because Istio adds "${SCHEME}" itself; use "${plain}"`, details);
  }
  if (!isPattern(value) && !value.includes('/')) return reportForm(context, field, { sameAs });
  const principal = principalOf(value);
  if (isPrincipal(mesh, value) || (principal && !trustDomains(mesh).has(principal.trustDomain))) return;
  const home = [...mesh.clusters].find(([, other]) => isPrincipal(other, value))?.[0];
  if (home !== undefined)
    return report(field, `only cluster "${home}" has this identity`, { severity: 'info', sameAs: ['KIA0107'] });
  missing(field, whatIsMissing(mesh, value), explain(mesh, value), { sameAs: fitsLoosely(mesh, value) ? [] : sameAs });
}

/** Kiali takes a star anywhere for a wildcard, Istio only the first or the last character. */
function fitsLoosely(mesh: Mesh, value: string): boolean {
  const parts = value.split('*');
  if (parts.length < 2) return false;
  const { trustDomain } = meshConfig(mesh);
  return [...serviceAccounts(mesh)].some(([namespace, names]) =>
    [...names].some((name) => hasInOrder(`${trustDomain}/ns/${namespace}/sa/${name}`, parts)),
  );
}

function hasInOrder(text: string, parts: readonly string[]): boolean {
  if (!text.startsWith(parts[0] ?? '') || !text.endsWith(parts.at(-1) ?? '')) return false;
  let from = 0;
  return parts.every((part) => {
    const at = text.indexOf(part, from);
    from = at + part.length;
    return at >= 0;
  });
}

/** Just a name: of the service account, most likely. */
function reportForm({ mesh, report }: Context, field: Field<string>, details: Details): void {
  const { trustDomain } = meshConfig(mesh);
  const owners = [...serviceAccounts(mesh)].filter(([, names]) => names.has(field.value));
  const [only] = owners.length === 1 ? owners : [];
  const way = only
    ? `did you mean "${trustDomain}/ns/${only[0]}/sa/${field.value}"?`
    : `write "${trustDomain}/ns/NAMESPACE/sa/SERVICE-ACCOUNT"`;
  report(field, `"${field.value}" is not an identity; ${way}`, details);
}

function explain(mesh: Mesh, value: string): string {
  const principal = principalOf(value);
  if (!principal) return `"${value}" matches no identity of the mesh`;
  const { namespace, serviceAccount } = principal;
  const known = serviceAccounts(mesh).get(namespace);
  return known
    ? `namespace "${namespace}" has no service account "${serviceAccount}"${accountHint(mesh, namespace, serviceAccount)}`
    : `namespace "${namespace}" does not exist${didYouMean(namespace, namespaces(mesh).keys())}`;
}

/** How accounts are named after the workload that runs under them. */
const ACCOUNT_SUFFIX = /-(sa|account|serviceaccount|service-account)$/;

/** A workload of that name runs under another account, or there is an account whose name is near. */
function accountHint(mesh: Mesh, namespace: string, name: string): string {
  const plain = name.replace(ACCOUNT_SUFFIX, '');
  const namesake = workloadsSelected(mesh, undefined, namespace).find(
    (each) => each.name === name || each.name === plain || each.labels['app'] === plain,
  );
  const { serviceAccountName = 'default' } = namesake?.template.value.spec ?? {};
  if (namesake) return `; ${namesake.resource.title} runs under "${serviceAccountName}"`;
  return didYouMean(name, serviceAccounts(mesh).get(namespace) ?? []);
}

/** An input that holds no ServiceAccounts of a namespace, but workloads, tells by these which there are. */
function whatIsMissing(mesh: Mesh, value: string): Missing {
  const namespace = principalOf(value)?.namespace ?? '';
  if (namespace !== '' && !namespaces(mesh).has(namespace))
    return { kind: 'Namespace', namespace: '', name: namespace };
  const kind = isPresumedWhole(mesh, 'ServiceAccount', namespace) ? 'ServiceAccount' : 'Deployment';
  const name = principalOf(value)?.serviceAccount ?? '';
  const isMisspelt = accountHint(mesh, namespace, name) !== '';
  return { kind, namespace, name, isMisspelt };
}
