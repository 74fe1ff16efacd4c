import { groupBy } from '../../mesh/grouping';
import { type Mesh, identity, isReadByMesh } from '../../mesh/mesh';
import { location } from '../../report/location';
import { contentOf } from '../../source/content';
import { say } from '../terminal';

const MOST_LINES = 3;
const said = new Set<string>();

/** Says which definition of an object a command uses that works on one mesh, where the input has different ones; each thing once. */
export function sayDefinitionsUsed(mesh: Mesh): void {
  const named = mesh.resources.filter((resource) => resource.name && isReadByMesh(resource));
  const lines = [...groupBy(named, identity).values()].flatMap((definitions) => {
    if (definitions.length < 2) return [];
    const different = new Set(definitions.map(contentOf)).size;
    const used = definitions.at(-1)!;
    const place = location(used.at(['metadata', 'name']));
    return different > 1
      ? [`${used.title} has ${different} different definitions; the last one is used: ${place}`]
      : [];
  });
  const fresh = lines.filter((line) => !said.has(line));
  for (const line of fresh) said.add(line);
  for (const line of fresh.slice(0, MOST_LINES)) say(`meshlint: ${line}`);
  const left = fresh.length - MOST_LINES;
  if (left > 0) say(`meshlint: the last definition is also used of ${left} other object${left === 1 ? '' : 's'}`);
}
