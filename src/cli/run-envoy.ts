import { existsSync } from 'node:fs';
import { translate } from '../pilot/translate';
import { type Wanted, envoyJson, envoyTable, envoyYaml } from '../report/envoy';
import { chosen } from '../report/envoy-choice';
import { type EnvoyCommandOptions, TYPES } from './envoy';
import { loadMesh } from './load';
import { proxyNamed } from './proxy';
import { print } from './terminal';
import { UsageError } from './usage-error';

/** Prints the configuration of a proxy. */
export async function runEnvoy(words: readonly string[], options: EnvoyCommandOptions): Promise<void> {
  const { paths, wanted } = split(words);
  const mesh = loadMesh(paths, options);
  const { config, origins } = translate(mesh, proxyNamed(mesh, options.proxy));
  const shown = chosen(config, options);
  const output = outputOf(options);
  if (output === 'table') return print(envoyTable(shown, wanted));
  return print(output === 'json' ? envoyJson(shown, wanted) : envoyYaml(shown, wanted, options.origins && origins));
}

function outputOf({ output, origins }: EnvoyCommandOptions): 'json' | 'yaml' | 'table' {
  if (!origins) return output ?? 'table';
  if (output !== undefined && output !== 'yaml')
    throw new UsageError(`--origins writes comments, for which there is no room in ${output}; use -o yaml`);
  return 'yaml';
}

/** Tells the kind of resource, if the last word is one, from the paths before it. */
function split(words: readonly string[]): { paths: string[]; wanted: Wanted } {
  const wanted = TYPES.find((type) => type === words.at(-1));
  if (wanted === undefined || existsSync(wanted)) return { paths: [...words], wanted: 'all' };
  return { paths: words.slice(0, -1), wanted };
}
