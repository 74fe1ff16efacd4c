// Renews schemas/ and src/schema/kinds/ from the Go modules of Istio, the Gateway API, Kubernetes and Envoy. Needs Go; users never run it.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { envoyMessages } from './schemas/envoy.mjs';
import { RELEASES } from './schemas/modules.mjs';
import { definitions, kubernetesKinds } from './schemas/openapi.mjs';
import { gatewayApi, istio, istioOperator, kubernetes, mesh } from './schemas/sources.mjs';
import { istio14 } from './schemas/legacy.mjs';
import { releaseRows } from './schemas/releases.mjs';
import { table } from './schemas/table.mjs';
import { types } from './schemas/types.mjs';

const withDefinitions = RELEASES.filter(({ definitions }) => definitions === 'crds');
const [newest] = withDefinitions;
const newestMesh = mesh(newest);
const bundles = mergeEqual([
  ...withDefinitions.flatMap((release) => [
    ...istio(release),
    ...(release === newest ? [newestMesh, istioOperator(withDefinitions, newestMesh)] : [mesh(release)]),
  ]),
  ...istio14(),
  ...RELEASES.filter(({ definitions }) => definitions === 'messages').map(mesh),
  ...gatewayApi(withDefinitions),
  ...kubernetes(RELEASES),
]);

for (const { file } of bundles) rmSync(`schemas/${file.split('/')[0]}`, { recursive: true, force: true });
rmSync('src/schema/kinds', { recursive: true, force: true });
for (const { file, from, kinds, $defs } of bundles) write(`schemas/${file}.json`, { from, kinds, $defs });
write(`schemas/envoy-${newest.envoy}/messages.json`, envoyMessages());
write('src/schema/kinds/releases.ts', releaseRows(RELEASES));
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
