import type { Mesh } from '../../mesh/mesh';
import { meshConfig } from '../../mesh/settings/mesh-config';
import { isRecord } from '../../source/record';
import { namedProviders } from './telemetry-providers';

/** A format string of an access log that proxies write, with its path in MeshConfig. */
export interface LogFormat {
  readonly path: string;
  readonly text: string;
}

/** The format strings of the access logs that are in use: that of MeshConfig, and those of named providers. */
export function logFormats(mesh: Mesh): LogFormat[] {
  const { accessLogFile, accessLogFormat, accessLogEncoding, defaultProviders, extensionProviders } = meshConfig(mesh);
  const named = new Set([
    ...(defaultProviders.accessLogging ?? []),
    ...namedProviders(mesh).flatMap(({ use, field }) => (use === 'accessLogging' ? (field.value ?? []) : [])),
  ]);
  const ofMesh =
    accessLogEncoding === 'JSON'
      ? labelFormats('accessLogFormat', parsed(accessLogFormat))
      : [{ path: 'accessLogFormat', text: accessLogFormat }];
  const ofProviders = extensionProviders.flatMap(({ name = '', envoyFileAccessLog }) => {
    const { text, labels } = envoyFileAccessLog?.logFormat ?? {};
    const path = `extensionProviders "${name}": envoyFileAccessLog.logFormat`;
    if (!named.has(name)) return [];
    return labels ? labelFormats(`${path}.labels`, labels) : [{ path: `${path}.text`, text: text ?? '' }];
  });
  return [...(accessLogFile || named.has('envoy') ? ofMesh : []), ...ofProviders];
}

/** Format strings are the texts of an object, however deep. */
function labelFormats(path: string, value: unknown): LogFormat[] {
  if (typeof value === 'string') return [{ path, text: value }];
  if (!isRecord(value)) return [];
  return Object.entries(value).flatMap(([name, each]) => labelFormats(`${path}.${name}`, each));
}

/** Istio takes its own format in the place of one that is not JSON. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
