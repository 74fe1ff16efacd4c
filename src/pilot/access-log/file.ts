/** Logs that are written into files. */
import type { AccessLog } from '../../envoy/config';
import type { MeshConfig } from '../../mesh/settings/mesh-config';
import type { MeshConfigExtensionProviderEnvoyFileAccessLogProvider as FileProvider } from '../../schema/kinds/mesh';
import { message } from '../message';
import { JSON_FORMAT, TEXT_FORMAT, formatters } from './format';

/** istio: fileAccessLogFromTelemetry */
export function fileLog({ path, logFormat = {}, omitEmptyValues = false }: FileProvider): AccessLog {
  const { labels, text = '' } = logFormat;
  const format = labels ? jsonFormat(Object.keys(labels).length > 0 ? labels : JSON_FORMAT) : textFormat(text);
  return fileAccessLog(path || '/dev/stdout', { ...format, ...(omitEmptyValues && { omitEmptyValues }) });
}

/** istio: model.FileAccessLogFromMeshConfig */
export function fileLogOfMesh({ accessLogEncoding, accessLogFormat }: MeshConfig, path: string): AccessLog {
  if (accessLogEncoding !== 'JSON') return fileAccessLog(path, textFormat(accessLogFormat));
  return fileAccessLog(path, jsonFormat(objectIn(accessLogFormat) ?? JSON_FORMAT));
}

/** A format that cannot be read does not count. */
function objectIn(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return value !== null && typeof value === 'object' && !Array.isArray(value) ? value : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

const fileAccessLog = (path: string, logFormat: object): AccessLog => ({
  name: 'envoy.access_loggers.file',
  typedConfig: message('envoy.extensions.access_loggers.file.v3.FileAccessLog', {
    ...(path && { path }),
    logFormat,
  }),
});

function textFormat(text: string): object {
  const line = text === '' || text.endsWith('\n') ? text : `${text}\n`;
  const inlineString = line || TEXT_FORMAT;
  return { textFormatSource: { inlineString }, ...formatters([inlineString]) };
}

const jsonFormat = (labels: object): object => ({
  jsonFormat: labels,
  jsonFormatOptions: {},
  ...formatters(Object.values(labels)),
});
