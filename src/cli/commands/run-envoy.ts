import { existsSync } from 'node:fs';
import type { Mesh } from '../../mesh/mesh';
import type { Proxy } from '../../mesh/workloads/proxy';
import { bootstrap } from '../../pilot/bootstrap';
import { translate } from '../../pilot/translate';
import { type Wanted, bootstrapText, envoyJson, envoyTable, envoyYaml } from '../../report/envoy';
import { chosen } from '../../report/envoy-choice';
import { credentialsFor } from '../proxy/credentials';
import { compare } from './envoy-compare';
import { type EnvoyCommandOptions, TYPES } from './envoy';
import { loadAdmitted } from '../refused';
import { proxyNamed } from './proxy';
import { print, say } from '../terminal';
import { UsageError } from '../usage-error';

/** Prints the configuration of a proxy. */
export async function runEnvoy(words: readonly string[], options: EnvoyCommandOptions): Promise<void> {
  const { paths, wanted } = split(words);
  const mesh = await loadAdmitted(paths, options);
  const proxy = proxyNamed(mesh, options.proxy);
  if (options.compare !== undefined) return compare(mesh, proxy, wanted, { ...options, file: options.compare });
  await print(wanted === 'bootstrap' ? startingPoint(mesh, proxy, options) : resources(mesh, proxy, wanted, options));
}

function resources(mesh: Mesh, proxy: Proxy, wanted: Wanted, options: EnvoyCommandOptions): string {
  const { config, origins } = translate(mesh, proxy);
  const shown = chosen(config, options);
  const output = outputOf(options);
  if (output === 'table') return envoyTable(shown, wanted);
  return output === 'json' ? envoyJson(shown, wanted) : envoyYaml(shown, wanted, options.origins && origins);
}

function startingPoint(mesh: Mesh, proxy: Proxy, { output = 'yaml', ...options }: EnvoyCommandOptions): string {
  const filter = (['fqdn', 'port', 'name', 'origins'] as const).find((name) => options[name] !== undefined);
  if (filter) throw new UsageError(`--${filter} cannot be used with bootstrap`);
  if (output === 'table') throw new UsageError('bootstrap cannot be printed as a table; use -o yaml or -o json');
  const made = bootstrap(proxy, translate(mesh, proxy).config, credentialsFor(mesh, proxy));
  if (output === 'json') for (const note of made.notes) say(`meshlint: ${note}`);
  return bootstrapText(made, output);
}

function outputOf({ output, origins }: EnvoyCommandOptions): 'json' | 'yaml' | 'table' {
  if (!origins) return output ?? 'table';
  if (output !== undefined && output !== 'yaml')
    throw new UsageError(`--origins writes comments, which ${output} cannot contain; use -o yaml`);
  return 'yaml';
}

/** Separates the word that selects what is printed, as `routes` or `route`, from the paths. */
function split(words: readonly string[]): { paths: string[]; wanted: (typeof TYPES)[number] } {
  for (const [index, word] of words.entries()) {
    const wanted = TYPES.find((type) => type === word || type === `${word}s`);
    if (wanted !== undefined && !existsSync(word)) return { paths: words.toSpliced(index, 1), wanted };
  }
  return { paths: [...words], wanted: 'all' };
}
