import type { Path } from '../../source/path';
import type {
  Container,
  CronJob,
  Deployment,
  Job,
  LabelSelector,
  LabelSelectorRequirement,
  Pod,
  PodSpec,
  PodTemplateSpec,
  StatefulSet,
} from '../kinds/kubernetes';
import { admitTemplateMetadata } from '../metadata';
import { oneOf } from '../spelling';
import { own } from '../../source/own';
import { type Violation, violation } from '../violation';
import { fits } from './label-expression';
import { labelKeyViolations, repeatedBy } from './lists';

type Workload = Pick<Deployment, 'spec'>;
type Names = readonly (string | undefined)[];

/** Deployments and their like: the selector must find the pods that the template makes. Source: apps ValidateDeploymentSpec. */
export const workloadViolations = ({ spec }: Workload): Violation[] => selectingViolations(spec, []);

/** What a StatefulSet claims for each pod is a volume of the pod as well. Source: apps ValidateStatefulSetSpec. */
export function statefulSetViolations({ spec }: StatefulSet): Violation[] {
  const claims = (spec?.volumeClaimTemplates ?? []).map((claim) => claim?.metadata?.name);
  return selectingViolations(spec, claims);
}

function selectingViolations({ selector, template }: NonNullable<Workload['spec']> = {}, claims: Names): Violation[] {
  const inTemplate = template ? templateViolations(['spec', 'template'], template, claims) : [];
  return [...(selector ? selectorViolations(['spec', 'selector'], selector, template) : []), ...inTemplate];
}

/** Source: batch ValidateJob. */
export const jobViolations = ({ spec }: Job): Violation[] => jobSpecViolations(['spec'], spec?.template);

/** Source: batch ValidateCronJob. */
export function cronJobViolations({ metadata, spec = {} }: CronJob): Violation[] {
  const long = (metadata?.name ?? '').length > 52;
  const name = long
    ? [violation('metadata', ['metadata', 'name'], 'the name of a CronJob has at most 52 characters')]
    : [];
  const { schedule, jobTemplate } = spec;
  const times = schedule === undefined || isSchedule(schedule) ? [] : [unreadable(schedule)];
  if (!jobTemplate) return [...name, ...times];
  const path = ['spec', 'jobTemplate'];
  return [...name, ...times, ...jobSpecViolations([...path, 'spec'], jobTemplate.spec?.template)];
}

/** Source: core ValidatePodCreate. */
export const podViolations = ({ spec }: Pod): Violation[] => (spec ? podSpecViolations(['spec'], spec) : []);

const isSchedule = (text: string) => /^(@\w+|@every \S+|(TZ=\S+ |CRON_TZ=\S+ )?\S+( +\S+){4})$/.test(text.trim());
const unreadable = (schedule: string) =>
  violation('format', ['spec', 'schedule'], `"${schedule}" is not a schedule of five parts such as "*/5 * * * *"`);

function jobSpecViolations(path: Path, template: PodTemplateSpec | undefined): Violation[] {
  if (!template) return [];
  const found = templateViolations([...path, 'template'], template);
  const { spec } = template;
  if (!spec || spec.restartPolicy === 'Never' || spec.restartPolicy === 'OnFailure') return found;
  const place = [...path, 'template', 'spec', 'restartPolicy'];
  return [...found, violation('semantic', place, 'the "restartPolicy" of a job is "OnFailure" or "Never"')];
}

function templateViolations(path: Path, { metadata, spec }: PodTemplateSpec, claims: Names = []): Violation[] {
  const { violations } = admitTemplateMetadata([...path, 'metadata'], metadata);
  return [...violations, ...(spec ? podSpecViolations([...path, 'spec'], spec, claims) : [])];
}

function selectorViolations(path: Path, selector: LabelSelector, template: PodTemplateSpec | undefined): Violation[] {
  const { matchLabels = {}, matchExpressions = [] } = selector;
  const expressions = matchExpressions.flatMap((expression, index) =>
    expression ? expressionViolations([...path, 'matchExpressions', index], expression) : [],
  );
  const faults = [...labelKeyViolations([...path, 'matchLabels'], matchLabels), ...expressions];
  if (faults.length) return faults;
  if (Object.keys(matchLabels).length + matchExpressions.length === 0)
    return [violation('semantic', path, 'the selector is empty and would match every pod')];
  const labels = template?.metadata?.labels ?? {};
  return [...unmatchedLabels(path, matchLabels, labels), ...unmatchedExpressions(path, matchExpressions, labels)];
}

/** Source: apimachinery ValidateLabelSelectorRequirement. */
function expressionViolations(path: Path, { operator, values = [] }: LabelSelectorRequirement): Violation[] {
  const needs = operator === 'In' || operator === 'NotIn';
  if (operator === undefined || needs === values.length > 0) return [];
  const message = needs ? `"values" is missing: "${operator}" needs some` : `"${operator}" takes no values`;
  return [violation(needs ? 'missing-field' : 'semantic', [...path, 'values'], message)];
}

function unmatchedLabels(path: Path, wanted: Record<string, string>, labels: Record<string, string>): Violation[] {
  return Object.entries(wanted).flatMap(([key, value]) => {
    const actual = own(labels, key);
    // A value that is no text is reported where it is.
    if (actual === value || (actual !== undefined && typeof actual !== 'string')) return [];
    const has = actual === undefined ? 'has no such label' : `has "${actual}"`;
    return [
      violation(
        'semantic',
        [...path, 'matchLabels', key],
        `the selector requires ${key} "${value}", but the template ${has}`,
      ),
    ];
  });
}

function unmatchedExpressions(
  path: Path,
  expressions: readonly LabelSelectorRequirement[],
  labels: Record<string, string>,
): Violation[] {
  return expressions.flatMap((expression, index) =>
    !expression?.operator || fits(expression, labels)
      ? []
      : [
          violation(
            'semantic',
            [...path, 'matchExpressions', index],
            'the labels of the template do not match this expression',
          ),
        ],
  );
}

function podSpecViolations(path: Path, spec: PodSpec, claims: Names = []): Violation[] {
  const { containers = [], initContainers = [], volumes = [] } = spec;
  const volumeNames = new Set([...claims, ...volumes.map((volume) => volume?.name)]);
  const names = new Set(containers.map((container) => container?.name));
  const lists = Object.entries({ containers, initContainers });
  const inside = lists.flatMap(([list, items]) =>
    items.flatMap((container, index) =>
      container ? containerViolations([...path, list, index], container, volumeNames) : [],
    ),
  );
  const taken = initContainers.flatMap((container, index) =>
    container?.name !== undefined && names.has(container.name)
      ? [
          violation(
            'duplicate',
            [...path, 'initContainers', index, 'name'],
            `a container has the same name "${container.name}"`,
          ),
        ]
      : [],
  );
  return [...inside, ...taken, ...labelKeyViolations([...path, 'nodeSelector'], spec.nodeSelector)];
}

function containerViolations(path: Path, container: Container, volumes: ReadonlySet<string | undefined>): Violation[] {
  const { ports = [], volumeMounts = [] } = container;
  const mounts = volumeMounts.flatMap((mount, index) =>
    mount?.name === undefined || volumes.has(mount.name)
      ? []
      : [violation('semantic', [...path, 'volumeMounts', index, 'name'], `the pod has no volume "${mount.name}"`)],
  );
  return [
    ...repeatedBy([...path, 'ports'], ports, 'name', ({ name }) => name || undefined),
    ...repeatedBy([...path, 'ports'], ports, 'hostPort', ({ hostPort, hostIP = '', protocol }) =>
      hostPort ? `${protocol || 'TCP'} ${hostIP} ${hostPort}` : undefined,
    ),
    ...mounts,
    ...probeViolations(path, container),
  ];
}

const HANDLERS = ['exec', 'grpc', 'httpGet', 'tcpSocket'] as const;

function probeViolations(path: Path, container: Container): Violation[] {
  return (['livenessProbe', 'readinessProbe', 'startupProbe'] as const).flatMap((name) => {
    const probe = container[name];
    if (!probe) return [];
    const present = HANDLERS.filter((handler) => probe[handler]);
    if (present.length === 1) return [];
    const message = present.length
      ? `${oneOf(present, 'and')} are mutually exclusive in a probe`
      : `a probe needs one of ${oneOf(HANDLERS)}`;
    return [violation(present.length ? 'exclusive' : 'missing-field', [...path, name], message, { on: 'key' })];
  });
}
