import type { Part } from './part';

type Annotated = Part<{ metadata?: { annotations?: Record<string, string> } }>;

const DRY_RUN = 'istio.io/dry-run';
const FORBIDDEN: Readonly<Record<string, string>> = {
  'internal.istio.io/webhook-always-reject': 'the admission webhook refuses every object that has it',
  'internal.istio.io/parents': 'only istiod itself may set it',
  'internal.istio.io/parent-namespace': 'only istiod itself may set it',
};

/** What annotations an object may have. istio: validation.validateMetadata */
export function annotations(part: Annotated, action: string | undefined): void {
  const all = part.at('metadata').at('annotations');
  for (const [name, reason] of Object.entries(FORBIDDEN))
    if (all.value && Object.hasOwn(all.value, name))
      all.at(name).refuse(`the annotation "${name}" is not allowed: ${reason}`, { on: 'key' });
  const dryRun = all.at(DRY_RUN);
  if (dryRun.value !== undefined) checkDryRun(dryRun, action);
}

// As Go's strconv.ParseBool.
const BOOLEANS = ['1', 't', 'T', 'TRUE', 'true', 'True', '0', 'f', 'F', 'FALSE', 'false', 'False'];

/** istio: validation.checkDryRunAnnotation */
function checkDryRun(part: Part<string>, action: string | undefined): void {
  if (action === undefined)
    part.refuse(`the annotation "${DRY_RUN}" is allowed only on AuthorizationPolicy`, { on: 'key' });
  else if (action !== 'ALLOW' && action !== 'DENY')
    part.refuse(`the annotation "${DRY_RUN}" is allowed only with the actions ALLOW and DENY, not with ${action}`, {
      on: 'key',
    });
  else if (!BOOLEANS.includes(part.value)) part.refuse(`"${part.value}" is neither "true" nor "false"`);
}
