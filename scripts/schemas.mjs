// Renews schemas/ and src/schema/kinds/ from the Go modules of Istio, the Gateway API, Kubernetes and Envoy. Needs Go; users never run it.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { envoyMessages } from './schemas/envoy.mjs';
import { definitions, kubernetesKinds } from './schemas/openapi.mjs';
import { gatewayApi, istio, istioOperator, kubernetes, mesh } from './schemas/sources.mjs';
import { istio14 } from './schemas/legacy.mjs';
import { table } from './schemas/table.mjs';
import { types } from './schemas/types.mjs';

const RELEASES = ['1.4', '1.24', '1.31'];

const newest = mesh('istio131', '1.31');
const bundles = mergeEqual([
  ...istio('istio131', '1.31'),
  newest,
  istioOperator(['1.24', '1.31'], newest),
  ...istio('istio124', '1.24'),
  mesh('istio124', '1.24'),
  ...istio14(),
  mesh('istio14', '1.4'),
  ...gatewayApi(['1.24', '1.31']),
  ...kubernetes(RELEASES),
]);

for (const { file } of bundles) rmSync(`schemas/${file.split('/')[0]}`, { recursive: true, force: true });
rmSync('src/schema/kinds', { recursive: true, force: true });
for (const { file, from, kinds, $defs } of bundles) write(`schemas/${file}.json`, { from, kinds, $defs });
write('schemas/envoy-1.37/messages.json', envoyMessages());
write('src/schema/kinds/table.ts', table(bundles, kubernetesKinds(definitions())));
for (const [file, text] of Object.entries(types(bundles))) write(`src/schema/kinds/${file}.ts`, text);

/** Releases that agree on a kind share the newer one's file. */
function mergeEqual(all) {
  const kept = [];
  for (const bundle of all) {
    const equal = kept.find(
      ({ entries, kinds, $defs }) =>
        entries[0]?.group === bundle.entries[0]?.group &&
        JSON.stringify({ kinds, $defs }) === JSON.stringify({ kinds: bundle.kinds, $defs: bundle.$defs }),
    );
    if (equal) equal.entries.push(...bundle.entries);
    else kept.push(bundle);
  }
  return kept;
}

function write(path, content) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, typeof content === 'string' ? content : `${JSON.stringify(content, null, 1)}\n`);
}
