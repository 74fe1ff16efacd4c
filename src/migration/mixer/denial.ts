/** Comparisons as the workloads that a policy selects and the requests that it denies. */
import type { Condition, Operation, Rule, Source } from '../../schema/kinds/security';
import type { Clause, Comparison, Unsayable } from './condition';
import { own, put } from '../../source/own';

/** What one clause denies, and where. */
export interface Denial {
  readonly namespace: string | undefined;
  readonly labels: Readonly<Record<string, string>>;
  readonly rule: Rule;
}

const SOURCE = {
  'source.namespace': ['namespaces', 'notNamespaces'],
  'source.principal': ['principals', 'notPrincipals'],
  'source.user': ['principals', 'notPrincipals'],
  'source.ip': ['ipBlocks', 'notIpBlocks'],
  'request.auth.principal': ['requestPrincipals', 'notRequestPrincipals'],
} as const satisfies Record<string, readonly [keyof Source, keyof Source]>;

const OPERATION = {
  'request.method': ['methods', 'notMethods'],
  'request.url_path': ['paths', 'notPaths'],
  'request.host': ['hosts', 'notHosts'],
} as const satisfies Record<string, readonly [keyof Operation, keyof Operation]>;

const WHEN: Readonly<Record<string, string>> = {
  'connection.requested_server_name': 'connection.sni',
  'request.useragent': 'request.headers[user-agent]',
  'request.referer': 'request.headers[referer]',
};

/** What is denied where all comparisons of a clause are true. */
export function denialOf(clause: Clause): Denial | Unsayable {
  const labels: Record<string, string> = {};
  const source: Record<string, string[]> = {};
  const operation: Record<string, string[]> = {};
  const when: Condition[] = [];
  let namespace: string | undefined;
  for (const each of clause) {
    const { attribute, key, isNegated, values } = each;
    const [first = ''] = values;
    const isPlain = !isNegated && values.length === 1 && !first.includes('*') && first !== '';
    const field = own(SOURCE, attribute) ?? own(OPERATION, attribute);
    if (attribute === 'destination.labels' && key !== undefined && isPlain && (own(labels, key) ?? first) === first)
      put(labels, key, first);
    else if (attribute === 'destination.namespace' && isPlain && (namespace ?? first) === first) namespace = first;
    else if (attribute === 'context.reporter.kind' && isPlain && first === 'inbound') continue;
    else if (field) {
      const [is, isNot] = field;
      const fields = attribute in SOURCE ? source : operation;
      const name = isNegated ? isNot : is;
      // Two lists of one field are alternatives there, and both must be met here.
      if (fields[name] && !isNegated) return { unsayable: `"${attribute}" is compared twice` };
      fields[name] = [...(fields[name] ?? []), ...values];
    } else {
      const name = conditionKey(each);
      if (!name) return { unsayable: whyNot(attribute) };
      when.push(isNegated ? { key: name, notValues: [...values] } : { key: name, values: [...values] });
    }
  }
  const rule: Rule = {
    ...(Object.keys(source).length > 0 && { from: [{ source }] }),
    ...(Object.keys(operation).length > 0 && { to: [{ operation }] }),
    ...(when.length > 0 && { when }),
  };
  return { namespace, labels, rule };
}

function conditionKey({ attribute, key, values }: Comparison): string | undefined {
  if (values.includes('')) return undefined;
  if (key === undefined) return own(WHEN, attribute);
  if (attribute === 'request.headers') return `request.headers[${key}]`;
  return attribute === 'request.auth.claims' ? `request.auth.claims[${key}]` : undefined;
}

function whyNot(attribute: string): string {
  if (/^source\.(labels|workload|name|owner|uid|services)/.test(attribute))
    return `AuthorizationPolicy does not know "${attribute}"; name the service account of the client in "principals"`;
  if (attribute.startsWith('destination.'))
    return `AuthorizationPolicy does not know "${attribute}"; select the workloads by labels`;
  return `AuthorizationPolicy has no counterpart for this use of "${attribute}"`;
}
