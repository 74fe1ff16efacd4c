/** The trust domains that count as the mesh's own: its trustDomain, and the aliases of it. */

export type TrustDomains = readonly string[];

/** Principals of the mesh in each of its trust domains; others stay as they are. istio: Bundle.ReplaceTrustDomainAliases */
export const inAllDomains = (principals: readonly string[], domains: TrustDomains): string[] =>
  principals.flatMap((principal) => {
    const [domain = '', ...rest] = principal.split('/');
    const isIdentity = rest.length === 4 && domain !== '*';
    if (!isIdentity || !(domain === 'cluster.local' || isOurs(domain, domains))) return [principal];
    const replaced = domains.map((ours) => (isSuffixOf(domain, ours) ? principal : [ours, ...rest].join('/')));
    return [...new Set(replaced)];
  });

/** Every trust domain of the mesh, where one is named. istio: Bundle.ExpandTrustDomainAliases */
export const trustDomainsFor = (values: readonly string[], domains: TrustDomains): string[] => [
  ...new Set(values.flatMap((value) => (domains.includes(value) ? domains : [value]))),
];

/** The wildcard may stand on either side. istio: trustdomain.stringMatch */
function isOurs(domain: string, domains: TrustDomains): boolean {
  return domains.some(
    (ours) =>
      domain === ours ||
      ours === '*' ||
      isPrefixOf(ours, domain) ||
      isPrefixOf(domain, ours) ||
      isSuffixOf(ours, domain) ||
      isSuffixOf(domain, ours),
  );
}

const isPrefixOf = (pattern: string, text: string): boolean =>
  pattern.endsWith('*') && text.startsWith(pattern.slice(0, -1));

const isSuffixOf = (pattern: string, text: string): boolean =>
  pattern.startsWith('*') && text.endsWith(pattern.slice(1));
