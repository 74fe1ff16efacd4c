import { Mesh, type MeshOptions } from '../src/mesh/mesh';
import { read } from '../src/source/read';

/** A mesh of the documents in a text. */
export const meshOf = (text: string, options?: MeshOptions): Mesh => new Mesh([read('mesh.yaml', text)], options);

/** A document of Istio's networking API in one line: `networking('Gateway', 'shop/web', 'selector: {istio: web}')`. */
export const networking = (kind: string, name: string, spec: string, metadata = ''): string =>
  object('networking.istio.io/v1', kind, name, `spec: {${spec}}`, metadata);

export const security = (kind: string, name: string, spec: string): string =>
  object('security.istio.io/v1', kind, name, `spec: {${spec}}`);

/** A Kubernetes Service; `app: NAME` selects its pods unless the spec says otherwise. */
export const service = (name: string, spec = 'ports: [{name: http, port: 80}]', metadata = ''): string =>
  object('v1', 'Service', name, `spec: {selector: {app: ${name.split('/').at(-1)}}, ${spec}}`, metadata);

/** A Deployment of one pod, labelled `app: NAME`, with a container that has these ports. */
export const deployment = (name: string, labels = '', ports = '[]'): string =>
  object(
    'apps/v1',
    'Deployment',
    name,
    `spec: {template: {metadata: {labels: {app: ${name.split('/').at(-1)}, ${labels}}}, spec: {containers: [{name: c, ports: ${ports}}]}}}`,
  );

export const namespace = (name: string, labels = 'istio-injection: enabled'): string =>
  `---\napiVersion: v1\nkind: Namespace\nmetadata: {name: ${name}, labels: {${labels}}}\n`;

export const configMap = (mesh: string, name = 'istio-system/istio'): string =>
  object('v1', 'ConfigMap', name, `data: {mesh: ${JSON.stringify(mesh)}}`);

/** Any document, its name given as `namespace/name`. */
export function object(apiVersion: string, kind: string, name: string, rest: string, metadata = ''): string {
  const [namespace, own] = name.includes('/') ? name.split('/') : ['default', name];
  return `---\napiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: {name: ${own}, namespace: ${namespace}, ${metadata}}\n${rest}\n`;
}
