import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { Mesh } from '../../src/mesh/mesh';
import { read } from '../../src/source/read';
import { faultsOf } from './faults';
import { faultsWith, fileSeeds } from './files';
import { type Mutant, mutants, seeds } from './mutants';

const CHUNK = 50;
/** Of the files around a mesh fewer are tried at once: each is a run of the program. */
const FILES = 10;

/** Fuzzes for some seconds, and prints every fault once with the first mutant that shows it. */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      seconds: { type: 'string', default: '60' },
      seed: { type: 'string' },
      keep: { type: 'string' },
      only: { type: 'string' },
    },
  });
  const first = values.seed === undefined ? Date.now() % 1_000_000 : Number(values.seed);
  const end = Date.now() + Number(values.seconds) * 1000;
  const all = seeds().filter(({ name }) => name.includes(values.only ?? ''));
  const bases = new Map(
    all.map(({ name, documents }) => [
      name,
      new Mesh([read('mesh.yaml', documents.map((each) => JSON.stringify(each)).join('\n---\n'))]),
    ]),
  );
  const files = fileSeeds().filter(({ name }) => name.includes(values.only ?? ''));
  const found = new Map<string, Mutant>();
  let cases = 0;
  const judge = (mutant: Mutant, faults: readonly string[]): void => {
    cases++;
    for (const fault of faults) {
      if (found.has(fault)) continue;
      found.set(fault, mutant);
      console.log(`${fault}\n  ${mutant.name}: ${mutant.changes.join('; ')}`);
      if (values.keep) writeFileSync(`${values.keep}/fault-${found.size}.yaml`, mutant.text);
    }
  };
  for (let seed = first; Date.now() < end; seed++) {
    for (const mutant of mutants(all, seed, CHUNK))
      if (Date.now() < end) judge(mutant, await faultsOf(mutant.text, bases.get(mutant.name)!));
    for (const mutant of mutants(files, seed, FILES))
      if (Date.now() < end) judge(mutant, await faultsWith(mutant.name, mutant.text));
  }
  console.log(`${cases} cases in ${values.seconds} seconds from seed ${first}: ${found.size} faults`);
  if (found.size) process.exitCode = 1;
}

void main();
