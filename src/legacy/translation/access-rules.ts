/** What a ServiceRole allows, as the operation and the conditions of a rule. */
import type { AccessRule } from '../../schema/kinds/legacy';
import type { Condition, Operation } from '../../schema/kinds/security';
import type { Labels } from '../../mesh/workloads/labels';
import type { Field } from '../../source/field';
import type { Untranslated } from './untranslated';
import { own } from '../../source/own';

/** What a service and a workload behind it are called where a ServiceRole chooses them. */
export interface Served {
  readonly hostname: string;
  readonly name: string;
  readonly namespace: string;
  /** Of the workload, where it is known. */
  readonly labels: Labels | undefined;
  readonly serviceAccount: string | undefined;
}

/** The part of a rule that says which requests it allows. */
export interface What {
  readonly operation: Operation;
  readonly when: readonly Condition[];
}

/** Whether a rule is for a service and workload: its services and its constraints on the destination. istio: Permission.Match */
export function isFor({ services = [], constraints = [] }: AccessRule, served: Served): boolean {
  if (services.length > 0 && !matchesOne(served.hostname, services)) return false;
  return constraints.every(({ key = '', values = [] }) => {
    const known = destinationValue(key, served);
    if (known === 'not of the destination') return true;
    return known !== undefined && matchesOne(known, values);
  });
}

function destinationValue(key: string, served: Served): string | undefined {
  const { name, namespace, labels, serviceAccount } = served;
  const [, label] = LABEL.exec(key) ?? [];
  if (label !== undefined) return own(labels, label);
  switch (key) {
    case 'destination.name':
      return name;
    case 'destination.namespace':
      return namespace;
    case 'destination.user':
      return serviceAccount;
    default:
      return 'not of the destination';
  }
}

const LABEL = /^destination\.labels\[(.+)\]$/;
const CHOOSES_WORKLOADS = /^destination\.(name|namespace|user|labels\b.*)$/;

/** A name compared with texts that may have one star, at the start, at the end, or alone. istio: stringMatch */
const matchesOne = (text: string, patterns: readonly string[]): boolean =>
  patterns.some(
    (pattern) =>
      pattern === text ||
      (pattern.endsWith('*') && text.startsWith(pattern.slice(0, -1))) ||
      (pattern.startsWith('*') && text.endsWith(pattern.slice(1))),
  );

/**
 * What a rule allows on some ports of the pods, or, without `ports`, on all of them; undefined where it allows nothing there.
 * istio: Permission.Generate
 */
export function whatIs(
  rule: Field<AccessRule>,
  ports: readonly string[] | undefined,
  untranslated: Untranslated[],
): What | undefined {
  const { hosts, notHosts, methods, notMethods, paths, notPaths, constraints = [] } = rule.value;
  const own = rule.value.ports?.map(String) ?? [];
  const excluded = rule.value.notPorts?.map(String) ?? [];
  const open = ports && own.length > 0 ? ports.filter((port) => own.includes(port)) : (ports ?? own);
  const allowed = open.filter((port) => !excluded.includes(port));
  if (allowed.length === 0 && (ports ?? own).length > 0) return undefined;
  constraints.forEach(({ key = '' }, index) => {
    if (CHOOSES_WORKLOADS.test(key) || isCondition(key)) return;
    untranslated.push({ field: rule.get('constraints').child(index).child('key'), reason: 'unknown constraint' });
  });
  const operation: Operation = {
    ...given({ hosts, notHosts, methods, notMethods, paths, notPaths }),
    ...given({ ports: allowed, notPorts: allowed.length > 0 ? [] : excluded }),
  };
  const conditions = constraints.filter(({ key = '' }) => isCondition(key));
  return { operation, when: conditions.map(({ key = '', values = [] }) => ({ key, values })) };
}

const isCondition = (key: string): boolean =>
  ['destination.ip', 'destination.port', 'connection.sni'].includes(key) ||
  /^request\.headers\[.+\]$/.test(key) ||
  /^experimental\.envoy\.filters\..+\[.+\]$/.test(key);

const given = (lists: Record<string, readonly string[] | undefined>): Operation =>
  Object.fromEntries(Object.entries(lists).filter(([, list]) => list && list.length > 0));
