import type { Mesh } from '../../mesh/mesh';
import type { Proxy } from '../../mesh/workloads/proxy';
import { compareWithLive } from '../../pilot/comparison';
import { translate } from '../../pilot/translate';
import type { Wanted } from '../../report/envoy';
import { comparisonJson, comparisonText } from '../../report/envoy-comparison';
import { configDumpIn } from '../input/config-dump';
import { type ColourChoice, print, styleFor } from '../terminal';
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
