import { Mesh } from '../src/mesh/mesh';
import { read } from '../src/source/read';
import { faultsOf } from './fuzz/faults';
import { mutants, seeds } from './fuzz/mutants';

// A few of the cases of `npm run fuzz`, the same in each run.
test('hostile values and texts are findings in every command', async () => {
  const faults: string[] = [];
  for (const { name, text, changes } of mutants(seeds(), 20_261_201, 12))
    for (const fault of await faultsOf(text, new Mesh([read('mesh.yaml', '')])))
      faults.push(`${fault} (${name}: ${changes.join('; ')})`);
  expect(faults).toEqual([]);
}, 120_000);
