/** Whether what listeners name as their certificates holds any. */
import type { Resource } from '../../source/resource';
import { isBase64 } from '../../schema/base64';
import type { KindMap } from '../../schema/kinds';
import { configs } from '../settings/configs';
import { perMesh } from '../memo';
import type { Mesh } from '../mesh';
import { isSurelyAbsent } from '../world';
import { own } from '../../source/own';

type Secret = Resource<KindMap['Secret']>;
type ConfigMap = Resource<KindMap['ConfigMap']>;

const byName = <Each extends { namespace: string; name: string }>(all: readonly Each[]): Map<string, Each> =>
  new Map(all.map((each) => [`${each.namespace}/${each.name}`, each]));

const secrets: (mesh: Mesh) => Map<string, Secret> = perMesh((mesh) => byName(configs(mesh, 'Secret')));
const configMaps: (mesh: Mesh) => Map<string, ConfigMap> = perMesh((mesh) => byName(configs(mesh, 'ConfigMap')));

/**
 * Whether a Secret holds a certificate and its key. One that is not in the input is taken to be as it should, unless it
 * does not exist for certain. istio: buildSecretReference
 * Differs: whether certificate and key can be used, and belong together, is not looked at.
 */
export function hasCertificate(mesh: Mesh, namespace: string, name: string): boolean {
  const secret = secrets(mesh).get(`${namespace}/${name}`);
  if (!secret) return !isSurelyAbsent(mesh, { kind: 'Secret', namespace, name });
  const found = PAIRS.map(([cert, key]) => [content(secret, cert), content(secret, key)] as const);
  const [cert, key] = found.find((pair) => pair.every((text) => text !== '')) ?? [];
  return cert !== undefined && key !== undefined && isPem(cert, 'CERTIFICATE') && isPem(key, 'PRIVATE KEY');
}

const PAIRS = [
  ['cert', 'key'],
  ['tls.crt', 'tls.key'],
] as const;

/** Whether a Secret or ConfigMap holds certificates of authorities. istio: kube.ExtractRoot */
export function hasAuthority(mesh: Mesh, kind: 'Secret' | 'ConfigMap', namespace: string, name: string): boolean {
  const key = `${namespace}/${name}`;
  const holder = kind === 'Secret' ? secrets(mesh).get(key) : configMaps(mesh).get(key);
  if (!holder) return !isSurelyAbsent(mesh, { kind, namespace, name });
  const text = ['cacert', 'ca.crt'].map((entry) => content(holder, entry)).find((found) => found !== '');
  return text !== undefined && isPem(text, 'CERTIFICATE');
}

/** What stands under a key in clear text; empty where there is nothing. */
function content({ kind, value }: Secret | ConfigMap, key: string): string {
  const clear = 'stringData' in value ? own(value.stringData, key) : undefined;
  if (clear !== undefined) return clear;
  const data = own(value.data, key) ?? '';
  return kind === 'Secret' && isBase64(data.replace(/\s/g, '')) ? atob(data.replace(/\s/g, '')) : data;
}

/** What is encrypted in the file may be anything. */
const isPem = (text: string, type: string): boolean =>
  text.startsWith('ENC[') || new RegExp(`-----BEGIN (?:[A-Z]+ )?${type}-----`).test(text);
