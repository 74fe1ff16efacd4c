import ipaddr from 'ipaddr.js';
import { momentInMicroseconds } from './expression/moment';
import { type Value, durationText } from './expression/value';
import type { Built } from './instance';
import { type ParamFields, readParams } from './params';
import { mapText } from './text';
import { own } from '../../source/own';

const LEVELS = ['INFO', 'WARNING', 'ERROR'] as const;
const STREAMS = ['STDOUT', 'STDERR', 'FILE', 'ROTATED_FILE'] as const;
type Level = (typeof LEVELS)[number];

interface Output {
  readonly logStream: (typeof STREAMS)[number];
  readonly severityLevels: Readonly<Record<string, Level>>;
  readonly metricLevel: Level;
  readonly outputPath: string;
}

/** The parameters of the adapter stdio. */
export const STDIO_PARAMS: ParamFields = {
  fields: {
    logStream: { names: STREAMS },
    severityLevels: { map: { names: LEVELS } },
    metricLevel: { names: LEVELS },
    outputAsJson: 'truth',
    outputLevel: { names: LEVELS },
    outputPath: 'text',
    maxMegabytesBeforeRotation: 'integer',
    maxDaysBeforeRotation: 'integer',
    maxRotatedFiles: 'integer',
  },
};

const SEVERITIES: Record<Level, string> = {
  INFO: 'INFORMATIONAL informational INFO info',
  WARNING: 'WARNING warning WARN warn',
  ERROR: 'ERROR error ERR err FATAL fatal',
};

const DEFAULTS: Output = {
  logStream: 'STDOUT',
  severityLevels: Object.fromEntries(
    LEVELS.flatMap((level) => SEVERITIES[level].split(' ').map((name) => [name, level])),
  ),
  metricLevel: 'INFO',
  outputPath: '',
};

/** A line that the adapter stdio writes. */
export interface Line {
  readonly instance: string;
  readonly level: 'info' | 'warn' | 'error';
  /** Of log entries. */
  readonly time?: string;
  readonly values: Readonly<Record<string, unknown>>;
}

/** Writes an instance of logentry or metric. */
export type Writer = (instance: string, template: string, built: Built) => Line;

const WORDS = { INFO: 'info', WARNING: 'warn', ERROR: 'error' } as const;

/** A handler of the adapter stdio, or undefined where Mixer cannot make it. Source: mixer/adapter/stdio. */
export function stdioWriter(params: unknown): Writer | undefined {
  const { logStream, severityLevels, metricLevel, outputPath } = readParams(STDIO_PARAMS, params, DEFAULTS);
  if ((logStream === 'STDOUT' || logStream === 'STDERR') !== (outputPath === '')) return undefined;
  return (instance, template, built) =>
    template === 'logentry'
      ? logLine(instance, severityLevels, built)
      : { instance, level: WORDS[metricLevel], values: metricValues(built) };
}

function logLine(
  instance: string,
  levels: Output['severityLevels'],
  { severity, timestamp, variables = {} }: Built,
): Line {
  const level = (typeof severity === 'string' ? own(levels, severity) : undefined) ?? 'INFO';
  const time = isMoment(timestamp) ? momentInMicroseconds(timestamp) : '0001-01-01T00:00:00.000000Z';
  return { instance, level: WORDS[level], time, values: written(variables as Built, (address) => address) };
}

/** The adapter knows no type of dimensions, so that addresses come out as bytes. */
const metricValues = ({ value, dimensions = {} }: Built): Line['values'] => ({
  ...(value !== undefined && { value: writtenValue(value as Value, base64) }),
  ...written(dimensions as Built, base64),
});

const written = (values: Built, addressText: (text: string) => string): Line['values'] =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, writtenValue(value as Value, addressText)]));

function writtenValue(value: Value, addressText: (text: string) => string): unknown {
  if (typeof value === 'bigint') return Number(value);
  if (typeof value !== 'object') return value;
  if (!('kind' in value)) return mapText(value);
  switch (value.kind) {
    case 'moment':
      return momentInMicroseconds(value);
    case 'duration':
      return durationText(value);
    case 'address':
      return addressText(value.text);
  }
}

const isMoment = (value: Built[string] | undefined): value is Extract<Value, { kind: 'moment' }> =>
  typeof value === 'object' && 'kind' in value && value.kind === 'moment';

const base64 = (address: string): string => btoa(String.fromCharCode(...ipaddr.parse(address).toByteArray()));
