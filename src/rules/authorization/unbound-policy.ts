import { configs } from '../../mesh/settings/configs';
import type { Labels } from '../../mesh/workloads/labels';
import { machinesSelected } from '../../mesh/workloads/machines';
import {
  type Policy,
  attachment,
  isInMesh,
  machinesUnder,
  reachOf,
  workloadsUnder,
} from '../../mesh/policies/policy-enforcers';
import { isDefined } from '../../mesh/settings/namespaces';
import { type Workload, workloadsSelected } from '../../mesh/workloads/workloads';
import { isNearly } from '../../mesh/world';
import type { KindMap } from '../../schema/kinds';
import type { Field } from '../../source/field';
import { type Context, rule } from '../rule';
import { elsewhereHint, firstLabel, gatewayElsewhere, labelHint, labelText, workloadsIn } from '../workloads/selectors';

export default rule({
  name: 'unbound-policy',
  category: 'security',
  severity: 'warning',
  isAboutAbsence: true,
  summary: 'No proxy enforces a policy, because it applies to no workload in the mesh.',
  url: 'https://istio.io/latest/docs/reference/config/security/authorization-policy/',
  docs: `
    The proxies of the selected workloads enforce an AuthorizationPolicy, PeerAuthentication or
    RequestAuthentication. When it selects no workload, or only pods without a sidecar and outside
    ambient mode, no proxy enforces it: what it should deny stays allowed.

    Fix: correct the selector, or add the pods to the mesh.

    A policy in the root namespace selects workloads in all namespaces; Kiali looks in that
    namespace only. A policy with \`targetRefs\` needs no selected pods, although istioctl asks for
    them.
  `,
  sameAs: ['IST0127', 'KIA0004'],
  check(context) {
    for (const kind of ['AuthorizationPolicy', 'PeerAuthentication', 'RequestAuthentication'] as const)
      for (const policy of configs(context.mesh, kind)) checkOne(context, policy);
  },
});

function checkOne(context: Context, policy: Policy): void {
  const { selector = {}, targetRefs } = attachment(policy);
  if (targetRefs.length > 0 || machinesUnder(context.mesh, policy).length > 0) return;
  const isWide = Object.keys(selector).length === 0;
  // The other kinds also speak to clients, or are written ahead for a whole namespace.
  if (isWide && (policy.kind !== 'AuthorizationPolicy' || reachOf(context.mesh, policy) === undefined)) return;
  const workloads = workloadsUnder(context.mesh, policy);
  const place = isWide ? policy.at(['metadata', 'name']) : selectorOf(policy);
  if (workloads.length === 0) reportNone(context, policy, place, isWide ? undefined : selector);
  else if (!isPermissive(policy) && !workloads.some((workload) => isInMesh(context.mesh, workload)))
    reportOutside(context, policy, place, workloads);
}

/** A server without a sidecar accepts plaintext, as PERMISSIVE and DISABLE ask for; what is not set changes nothing. */
function isPermissive({ kind, value }: Policy): boolean {
  if (kind !== 'PeerAuthentication') return false;
  const { mtls, portLevelMtls = {} } = (value as KindMap['PeerAuthentication']).spec ?? {};
  const modes = [mtls, ...Object.values(portLevelMtls)].map((each) => each?.mode ?? 'UNSET');
  const set = modes.filter((mode) => mode !== 'UNSET');
  return set.length > 0 && set.every((mode) => mode === 'PERMISSIVE' || mode === 'DISABLE');
}

const selectorOf = (policy: Policy): Field =>
  firstLabel(policy.at(['spec', 'selector', 'matchLabels']) as Field<Labels>);

function reportNone({ mesh, missing }: Context, policy: Policy, place: Field, selector: Labels | undefined): void {
  const reach = reachOf(mesh, policy);
  const where = reach === undefined ? 'in the mesh' : `in namespace "${reach}"`;
  if (!selector)
    return missing(
      place,
      { ...workloadsIn(mesh, reach), isMisspelt: false },
      `namespace "${reach}" has no workload that could enforce this policy`,
      {
        sameAs: ['IST0127'],
      },
    );
  const others = [...workloadsSelected(mesh, undefined, reach), ...machinesSelected(mesh, undefined, reach)];
  const elsewhere = gatewayElsewhere(mesh, selector, reach);
  const hint = elsewhere ? elsewhereHint(elsewhere) : labelHint(selector, others);
  const message = `no workload ${where} has the labels ${labelText(selector)}${hint}`;
  const isMisspelt = elsewhere !== undefined || others.some(({ labels }) => isNearly(selector, labels));
  missing(place, { ...workloadsIn(mesh, reach), isMisspelt }, message, { sameAs: counterparts(policy, 'KIA0004') });
}

/** Whether pods get a sidecar is known only where their namespace is. */
function reportOutside(
  { mesh, report, missing }: Context,
  policy: Policy,
  place: Field,
  workloads: readonly Workload[],
): void {
  const titles = workloads.slice(0, 3).map(({ resource }) => resource.title);
  const names = titles.length < workloads.length ? `${titles.join(', ')} and others` : titles.join(' and ');
  const message = `no proxy enforces this policy: ${names} ${workloads.length === 1 ? 'runs' : 'run'} without a sidecar and outside ambient mode`;
  const details = {
    sameAs: counterparts(policy),
    related: workloads.slice(0, 3).map(({ resource }) => ({
      place: resource.at(['metadata', 'name']),
      message: 'without a sidecar',
    })),
  };
  if (workloads.some(({ injection }) => injection.reason === 'not-asked-for'))
    missing(
      place,
      { kind: 'Namespace', namespace: '', isMisspelt: workloads.every(({ namespace }) => isDefined(mesh, namespace)) },
      message,
      details,
    );
  else report(place, message, details);
}

const counterparts = ({ kind }: Policy, ...others: string[]): string[] => [
  ...(kind === 'AuthorizationPolicy' ? ['IST0127'] : []),
  ...others,
];
