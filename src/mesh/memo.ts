import type { Mesh } from './mesh';

/** A question whose answer is worked out once for each mesh, when it is first asked. */
export function perMesh<Answer>(answer: (mesh: Mesh) => Answer): (mesh: Mesh) => Answer {
  const known = new WeakMap<Mesh, { answer: Answer }>();
  return (mesh) => {
    const before = known.get(mesh);
    if (before) return before.answer;
    const made = { answer: answer(mesh) };
    known.set(mesh, made);
    return made.answer;
  };
}
