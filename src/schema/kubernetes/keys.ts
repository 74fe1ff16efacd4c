import type { ConfigMap, Secret } from '../kinds/kubernetes';
import { own } from '../../source/own';
import { type Violation, violation } from '../violation';

const KEY = /^[-._a-zA-Z0-9]{1,253}$/;

/** Source: k8s.io/kubernetes core validation ValidateConfigMap. */
export function configMapViolations({ data = {}, binaryData = {} }: ConfigMap): Violation[] {
  const both = Object.keys(binaryData)
    .filter((key) => Object.hasOwn(data, key))
    .map((key) => violation('duplicate', ['binaryData', key], `"data" has the same key "${key}"`, { on: 'key' }));
  return [...keyViolations('data', data), ...keyViolations('binaryData', binaryData), ...both];
}

const NEEDED: Record<string, readonly string[]> = {
  'kubernetes.io/tls': ['tls.crt', 'tls.key'],
  'kubernetes.io/dockercfg': ['.dockercfg'],
  'kubernetes.io/dockerconfigjson': ['.dockerconfigjson'],
  'kubernetes.io/ssh-auth': ['ssh-privatekey'],
};

/** Source: k8s.io/kubernetes core validation ValidateSecret. */
export function secretViolations({ type = '', data = {}, stringData = {} }: Secret): Violation[] {
  const missing = (own(NEEDED, type) ?? [])
    .filter((key) => !Object.hasOwn(data, key) && !Object.hasOwn(stringData, key))
    .map((key) => violation('missing-field', ['data', key], `"${key}" is missing: a secret of type ${type} needs it`));
  return [...keyViolations('data', data), ...keyViolations('stringData', stringData), ...missing];
}

const keyViolations = (field: string, map: Record<string, unknown>): Violation[] =>
  Object.keys(map)
    .filter((key) => !KEY.test(key) || key === '.' || key.startsWith('..'))
    .map((key) =>
      violation('format', [field, key], `"${key}" is not a key of letters, digits, "-", "_" and "."`, { on: 'key' }),
    );
