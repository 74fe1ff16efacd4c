import { readFileSync } from 'node:fs';
import { isMeshConfig, meshConfigIn } from '../mesh/mesh-config';
import { read } from '../source/read';
import { UnreadableYaml, loadValue } from '../source/values';
import { UsageError } from './usage-error';

/** The MeshConfig in a file: alone, or in the ConfigMap or IstioOperator that carries it. Throws a UsageError where there is none. */
export function readMeshConfig(path: string): unknown {
  const text = contentOf(path);
  const { resources } = read(path, text, 'context');
  const found = resources.length > 0 ? resources.map(({ value }) => meshConfigIn(value)) : [valueOf(path, text)];
  const meshConfig = found.find(isMeshConfig);
  if (meshConfig) return meshConfig;
  throw new UsageError(`there is no MeshConfig in "${path}", neither alone nor in a ConfigMap or an IstioOperator`);
}

function contentOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new UsageError(
      `cannot read the MeshConfig "${path}": ${(error as NodeJS.ErrnoException).code ?? String(error)}`,
    );
  }
}

function valueOf(path: string, text: string): unknown {
  try {
    // An empty file leaves everything to the defaults.
    return loadValue(text) ?? {};
  } catch (error) {
    if (!(error instanceof UnreadableYaml)) throw error;
    throw new UsageError(`cannot read the MeshConfig "${path}": ${error.message}`);
  }
}
