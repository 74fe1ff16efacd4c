/** What is asked for, as RBAC permissions. */
import type { MetadataMatcher, Permission, ValueMatcher } from '../../../envoy/config';
import type { Condition as When, Operation } from '../../../schema/kinds/security';
import { cidrRange } from '../../cidr';
import { message } from '../../message';
import type { Condition, Expression, Logic } from './condition';
import { headerMatcher, oneOf, stringMatcher } from './matchers';

type Permits = Expression<Permission>;

export const permissionLogic: Logic<Permission> = {
  any: { any: true },
  and: (rules) => ({ andRules: { rules } }),
  or: (rules) => ({ orRules: { rules } }),
  not: (rule) => ({ notRule: rule }),
};

const EXPERIMENTAL = 'experimental.envoy.filters.';

/** The condition of a `when`, where it is about what is asked for. istio: authz model.New */
export function permissionWhen({ key = '', values = [], notValues = [] }: When): Condition<Permission> | undefined {
  const expression = key.startsWith(EXPERIMENTAL) ? dynamicMetadata(key) : ATTRIBUTES.get(key);
  return expression && { values, notValues, expression };
}

/** The conditions of an operation, in the order of Istio. */
export function permissionsOf(operation: Operation = {}): Condition<Permission>[] {
  const { hosts, notHosts, methods, notMethods, paths, notPaths, ports, notPorts } = operation;
  return [
    condition(hosts, notHosts, host),
    condition(methods, notMethods, method),
    condition(paths, notPaths, path),
    condition(ports, notPorts, port),
  ];
}

const condition = (values: string[] = [], notValues: string[] = [], expression: Permits): Condition<Permission> => ({
  values,
  notValues,
  expression,
});

const inHttp = (express: (value: string) => Permission): Permits => ({
  each: (value, protocol) => (protocol === 'http' ? express(value) : undefined),
});

const host = inHttp((value) => ({ header: headerMatcher(':authority', value, 'any-case') }));
const method = inHttp((value) => ({ header: headerMatcher(':method', value, 'as-written') }));
const path = inHttp((value) =>
  /\{\*\*?\}/.test(value) ? { uriTemplate: template(value) } : { urlPath: { path: stringMatcher(value) } },
);

/** istio: matcher.PathTemplateMatcher */
const template = (value: string) => ({
  name: 'uri-template',
  typedConfig: message('envoy.extensions.path.match.uri_template.v3.UriTemplateMatchConfig', {
    pathTemplate: value.replaceAll('{*}', '*').replaceAll('{**}', '**'),
  }),
});

const port: Permits = {
  each: (value) => (/^\d+$/.test(value) && Number(value) <= 65535 ? { destinationPort: Number(value) } : undefined),
};

const ATTRIBUTES = new Map<string, Permits>([
  ['destination.port', port],
  [
    'destination.ip',
    {
      each: (value) => {
        const range = cidrRange(value);
        return range && { destinationIp: range };
      },
    },
  ],
  ['connection.sni', { each: (value) => ({ requestedServerName: stringMatcher(value) }) }],
]);

/** What another filter has found out: `experimental.envoy.filters.NAME[KEY]`. istio: envoyFilterGenerator */
function dynamicMetadata(key: string): Permits {
  const [filter, name] = splitOnce(key.slice('experimental.'.length).replace(/\]$/, ''), '[');
  if (name === undefined) return { together: () => undefined };
  return {
    together: (values) => {
      const metadata: MetadataMatcher = { filter, path: [{ key: name }], value: oneOf(values.map(inListOrPlain)) };
      return { metadata };
    },
  };
}

/** A value in brackets is looked for in a list. */
function inListOrPlain(value: string): ValueMatcher {
  if (!value.startsWith('[') || !value.endsWith(']')) return { stringMatch: stringMatcher(value) };
  return { listMatch: { oneOf: { stringMatch: stringMatcher(value.replaceAll(/^[[\]]+|[[\]]+$/g, '')) } } };
}

function splitOnce(text: string, separator: string): [string, string | undefined] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + separator.length)];
}
