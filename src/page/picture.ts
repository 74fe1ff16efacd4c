/** Shows the controls of a picture: they zoom it, and fade everything that does not touch the chosen point. */
export function controlPicture(root: ParentNode): void {
  const form = root.querySelector<HTMLFormElement>('#picture-controls');
  const svg = root.querySelector<SVGSVGElement>('#picture');
  if (!form || !svg) return;
  form.hidden = false;
  form.addEventListener('submit', (event) => event.preventDefault());
  form.addEventListener('change', () => follow(root, form.querySelector('select')?.value ?? ''));
  form.addEventListener('click', (event) => {
    const factor = event.target instanceof HTMLElement && Number(event.target.dataset['zoom']);
    if (factor) svg.setAttribute('width', String(Math.round(Number(svg.getAttribute('width')) * factor)));
  });
}

/** Neighbours of the chosen point stay, as the arrows to them do. */
function follow(root: ParentNode, chosen: string): void {
  const parts = [...root.querySelectorAll('[data-points]')];
  const pointsOf = (part: Element): string[] => part.getAttribute('data-points')?.split(' ') ?? [];
  const near = new Set(
    parts
      .map(pointsOf)
      .filter((points) => points.includes(chosen))
      .flat(),
  );
  for (const part of parts) {
    const points = pointsOf(part);
    const stays = points.length === 1 ? near.has(points[0]!) : points.includes(chosen);
    part.classList.toggle('faded', chosen !== '' && !stays);
  }
}
