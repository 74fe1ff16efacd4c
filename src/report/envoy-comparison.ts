/** What differs between the input and a live proxy, as text. */
import type { Comparison, Deviation } from '../pilot/comparison';
import type { Difference } from '../envoy/difference';
import type { Field } from '../source/field';
import { formatPath } from '../source/path';
import type { Origins } from '../pilot/origins';
import type { Style } from './style';
import { visible } from './visible';

const TYPES = ['listeners', 'routes', 'clusters', 'endpoints'] as const;

/** The same as data. */
export function comparisonJson({ compared, elsewhere, deviations }: Comparison, origins: Origins): string {
  const differing = deviations.map(({ type, name, kind, ours, differences }) => ({
    type,
    name,
    kind,
    ...placeOf(ours && origins.get(ours)),
    differences: differences.map((each) => ({
      path: formatPath(each.path),
      files: each.ours,
      proxy: each.theirs,
      ...placeOf(originOf(each, origins)),
    })),
  }));
  return `${JSON.stringify({ compared, elsewhere, differing }, null, 2)}\n`;
}

const placeOf = (field: Field | undefined) =>
  field && { file: field.file.path, line: field.range.start.line, field: field.pathText };

/** More differences of one resource than this say nothing more. */
const MOST = 5;

/** A list by kind of resource, a sentence for each difference, and a line that sums up. */
export function comparisonText(comparison: Comparison, origins: Origins, style: Style): string {
  const groups = TYPES.flatMap((type) => {
    const deviations = comparison.deviations.filter((each) => each.type === type);
    if (deviations.length === 0) return [];
    return [style.strong(type), ...deviations.flatMap((each) => linesOf(each, origins, style)), ''];
  });
  return `${[...groups, summary(comparison, style)].join('\n')}\n`;
}

function linesOf(deviation: Deviation, origins: Origins, style: Style): string[] {
  const { kind, ours } = deviation;
  const name = visible(deviation.name);
  switch (kind) {
    case 'only-ours':
      return [`  ${name}: in your files, but not in the proxy${madeFrom(ours && origins.get(ours), style)}`];
    case 'only-theirs':
      return [`  ${name}: in the proxy, but not in your files`];
    case 'different': {
      const lines = deviation.differences
        .slice(0, MOST)
        .map((each) => `    ${sentence(each)}${madeFrom(originOf(each, origins), style)}`);
      const more = deviation.differences.length - lines.length;
      return [`  ${name}`, ...lines, ...(more > 0 ? [`    and ${more} more`] : [])];
    }
  }
}

function sentence({ path, ours, theirs }: Difference): string {
  const place = visible(formatPath(path));
  if (theirs === undefined) return `${place} is ${shown(ours)} by your files, and missing in the proxy`;
  if (ours === undefined) return `${place} is ${shown(theirs)} in the proxy, and missing by your files`;
  return `${place} is ${shown(ours)} by your files, and ${shown(theirs)} in the proxy`;
}

const LONGEST = 100;

function shown(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}...` : text;
}

/** The field that the innermost piece with an origin was made from. */
function originOf({ ours, around }: Difference, origins: Origins): Field | undefined {
  const own = ours !== null && typeof ours === 'object' ? [ours] : [];
  for (const piece of [...own, ...around]) {
    const field = origins.get(piece);
    if (field) return field;
  }
  return undefined;
}

const madeFrom = (field: Field | undefined, style: Style): string =>
  field ? style.faint(` (${visible(`${field.file.path}:${field.range.start.line} ${field.pathText}`.trimEnd())})`) : '';

function summary({ compared, deviations, elsewhere }: Comparison, style: Style): string {
  const beside = elsewhere > 0 ? `; ${elsewhere} more belong to namespaces that your files do not contain` : '';
  if (deviations.length === 0)
    return style.good(`the proxy matches your files: ${compared} resources are equal${beside}`);
  return style.error(`${deviations.length} of ${compared} resources differ${beside}`);
}
