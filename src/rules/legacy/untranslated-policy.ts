import { translation } from '../../legacy/translation/translation';
import type { UntranslatedReason } from '../../legacy/translation/untranslated';
import { rule } from '../rule';

export default rule({
  name: 'untranslated-policy',
  category: 'security',
  severity: 'warning',
  summary: 'A part of a policy of Istio 1.4 has no effect, or no counterpart in later releases.',
  url: 'https://istio.io/v1.4/docs/reference/config/security/',
  docs: `
    meshlint reads the policies and roles of Istio 1.4 as PeerAuthentications, RequestAuthentications
    and AuthorizationPolicies. This part cannot be said with them, or Istio 1.4 itself ignores it:
    simulate, graph, diff and migrate leave it out.

    Fix: correct the name if it is misspelt; else decide what later releases enforce instead.
  `,
  check({ mesh, report }) {
    for (const { field, reason } of translation(mesh).untranslated)
      report(field, untranslatedText(reason, field.path.at(-1)));
  },
});

/** Why a part of a policy is left out. */
export function untranslatedText(reason: UntranslatedReason, key: string | number | undefined): string {
  switch (reason) {
    case 'unknown property':
      return `property "${key}" is not known to the proxy, so this subject matches no client`;
    case 'unknown constraint':
      return 'Istio 1.4 does not know this constraint and ignores it, so the rule applies without it';
    case 'binding without roleRef':
      return 'Pilot 1.4 reads "roleRef" only: this binding and all newer ones are ignored; name the role in "roleRef"';
    case 'trigger rule with regex':
      return 'AuthorizationPolicy has no regular expressions for paths, so later releases cannot require a token here; use exact, prefix or suffix';
    case 'optional peer':
      return 'later releases have no "peerIsOptional"; use mode PERMISSIVE and an AuthorizationPolicy';
    case 'JWT of a peer':
      return 'later releases verify tokens of end users only; move the JWT to "origins"';
  }
}
