import type { Metadata } from '../envoy/config';

/** What an object is, wherever it was written. */
interface Config {
  readonly group: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

/** Says which object of Istio a piece of configuration came from. istio: util.BuildConfigInfoMetadata */
export const configMetadata = (config: Config): Metadata => ({
  filterMetadata: { istio: { config: configPath(config) } },
});

/** The path of an object at the API server, in the version in which Istio keeps it. */
const configPath = ({ group, kind, namespace, name }: Config): string =>
  `/apis/${group}/${versionOf(kind)}/namespaces/${namespace}/${kebab(kind)}/${name}`;

const versionOf = (kind: string): string => (kind === 'EnvoyFilter' ? 'v1alpha3' : 'v1');

const kebab = (kind: string): string => kind.replace(/(?<=[a-z])[A-Z]/g, '-$&').toLowerCase();
