/** Objects of a small mesh as an API server has them. */
import type { KubernetesObject } from '../src/source/resource';

const object = (apiVersion: string, kind: string, name: string, spec: object, namespace?: string): KubernetesObject =>
  ({ apiVersion, kind, metadata: { name, ...(namespace && { namespace }) }, spec }) as KubernetesObject;

export const namespace = (name: string): KubernetesObject => object('v1', 'Namespace', name, {});

export const service = (name: string, where = 'shop'): KubernetesObject =>
  object('v1', 'Service', name, { selector: { app: name }, ports: [{ name: 'http', port: 80 }] }, where);

export const pod = (name: string, version: string, where = 'shop'): KubernetesObject => {
  const { metadata, ...rest } = object(
    'v1',
    'Pod',
    `${name}-${version}`,
    { containers: [{ name: 'app', image: 'app' }] },
    where,
  );
  const labels = { app: name, version };
  const annotations = { 'sidecar.istio.io/status': '{}' };
  return { ...rest, metadata: { ...metadata, labels, annotations } };
};

export const destinationRule = (name: string, subsets: readonly string[], where = 'shop'): KubernetesObject =>
  object(
    'networking.istio.io/v1',
    'DestinationRule',
    name,
    { host: name, subsets: subsets.map((each) => ({ name: each, labels: { version: each } })) },
    where,
  );

export const route = (name: string, destination: object, more: object = {}, where = 'shop'): KubernetesObject =>
  object(
    'networking.istio.io/v1',
    'VirtualService',
    name,
    { hosts: [name], http: [{ route: [{ destination }], ...more }] },
    where,
  );

/** A VirtualService whose first route has a regular expression that Envoy refuses. */
export const faultyRoute = (name: string, where = 'shop'): KubernetesObject =>
  object(
    'networking.istio.io/v1',
    'VirtualService',
    name,
    {
      hosts: [name],
      http: [
        { match: [{ uri: { regex: '[' } }], route: [{ destination: { host: name } }] },
        { route: [{ destination: { host: name } }] },
      ],
    },
    where,
  );

/** An AdmissionReview as the API server sends it. */
export function review(operation: string, changed: KubernetesObject, more: object = {}): object {
  const [group = '', version = ''] = changed.apiVersion.includes('/') ? changed.apiVersion.split('/') : ['', 'v1'];
  const isDelete = operation === 'DELETE';
  return {
    apiVersion: 'admission.k8s.io/v1',
    kind: 'AdmissionReview',
    request: {
      uid: 'uid-1',
      kind: { group, version, kind: changed.kind },
      operation,
      name: changed.metadata.name,
      namespace: changed.metadata.namespace,
      object: isDelete ? null : changed,
      oldObject: isDelete ? changed : null,
      ...more,
    },
  };
}
