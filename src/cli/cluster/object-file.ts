import { Document, type Role, SourceFile } from '../../source/file';
import { type KubernetesObject, Resource } from '../../source/resource';
import { toYaml } from '../../source/to-yaml';

/** An object of a cluster as a file of its own, `cluster:VirtualService/shop/reviews`, whose text is made when a finding wants to show it. */
export function objectFile(object: KubernetesObject, role: Role, cluster = 'cluster'): SourceFile {
  const { kind, apiVersion, metadata } = object;
  const qualified = kind === 'Gateway' && !apiVersion.includes('istio.io/') ? `${kind}.${groupOf(apiVersion)}` : kind;
  const place = [qualified, metadata.namespace, metadata.name].filter(Boolean).join('/');
  const file = new SourceFile(`${cluster}:${place}`, () => toYaml(object), role);
  const document = new Document(file, { start: 0, end: Infinity }, undefined);
  file.resources.push(new Resource(document, [], object));
  return file;
}

const groupOf = (apiVersion: string) => apiVersion.slice(0, Math.max(apiVersion.indexOf('/'), 0));
