import type { EnvoyConfig } from '../../envoy/config';
import { readConfigDump } from '../../envoy/config-dump';
import type { Mesh } from '../../mesh/mesh';
import type { Proxy } from '../../mesh/workloads/proxy';
import { compareWithLive } from '../../pilot/comparison';
import { translate } from '../../pilot/translate';
import type { Wanted } from '../../report/envoy';
import { comparisonJson, comparisonText } from '../../report/envoy-comparison';
import { MOST_BYTES_OF_DUMP, bytesOf, bytesOfStream, isStream } from '../input/boundary';
import { type ColourChoice, print, styleFor } from '../terminal';
import { whyUnreadable } from '../input/read-text';
import { UsageError } from '../usage-error';

interface CompareOptions {
  file: string;
  output?: 'json' | 'yaml' | 'table';
  color: ColourChoice;
}

/** `meshlint envoy --compare`: prints what differs from a live proxy. The exit status says whether anything does. */
export async function compare(
  mesh: Mesh,
  proxy: Proxy,
  wanted: Wanted | 'bootstrap',
  { file, output = 'table', color }: CompareOptions,
): Promise<void> {
  if (wanted === 'bootstrap' || output === 'yaml')
    throw new UsageError('--compare prints text or, with -o json, JSON; it cannot be used with bootstrap or -o yaml');
  const translation = translate(mesh, proxy);
  const result = compareWithLive(mesh, translation, configDumpIn(file), wanted === 'all' ? undefined : [wanted]);
  const { origins } = translation;
  const style = styleFor(process.stdout, color);
  await print(output === 'json' ? comparisonJson(result, origins) : comparisonText(result, origins, style));
  if (result.deviations.length > 0) process.exitCode = 1;
}

function configDumpIn(file: string): EnvoyConfig {
  const config = readConfigDump(jsonIn(file));
  if (config) return config;
  throw new UsageError(`"${file}" is not a config dump of Envoy: it has no list "configs"`);
}

function textOf(file: string): string {
  const bytes =
    file === '-' || isStream(file)
      ? bytesOfStream(file === '-' ? 0 : file, MOST_BYTES_OF_DUMP)
      : bytesOf(file, MOST_BYTES_OF_DUMP);
  return bytes.toString('utf8');
}

function jsonIn(file: string): unknown {
  try {
    return JSON.parse(textOf(file));
  } catch (error) {
    const why = error instanceof SyntaxError ? 'it is not JSON' : whyUnreadable(error);
    throw new UsageError(`cannot read "${file}": ${why}`);
  }
}
