import { perMesh } from '../mesh/memo';
import type { Mesh } from '../mesh/mesh';
import type { Proxy } from '../mesh/proxy';
import { type Translation, translate } from '../pilot/translate';

const known = perMesh(() => new WeakMap<Proxy, Translation>());

/** What a proxy is sent, made once for all requests. */
export function configurationOf(mesh: Mesh, proxy: Proxy): Translation {
  const before = known(mesh).get(proxy);
  if (before) return before;
  const made = translate(mesh, proxy);
  known(mesh).set(proxy, made);
  return made;
}
