/** Identities of workloads. */

/** istio: spiffe.genSpiffeURI */
export const spiffe = (trustDomain: string, namespace: string, serviceAccount: string): string =>
  `spiffe://${trustDomain}/ns/${namespace}/sa/${serviceAccount}`;

/** The same identities in every trust domain that counts as this one. istio: spiffe.ExpandWithTrustDomains */
export function inTrustDomains(identities: Iterable<string>, aliases: readonly string[]): string[] {
  const all = new Set(identities);
  for (const identity of identities)
    for (const alias of aliases)
      if (identity.startsWith('spiffe://')) all.add(identity.replace(/^spiffe:\/\/[^/]*/, `spiffe://${alias}`));
  return [...all].sort();
}
