import { listed } from '../source/listed';
import type { Mesh } from '../mesh/mesh';
import { placeholdersOf } from '../source/placeholders';
import type { Report } from './report';
import { summaryOf } from './summary';
import type { LintResult } from '../lint';
import { visible } from './visible';

/** The last lines of a report for people: what was found, what was checked, and what could not be checked. */
export function closing({ mesh, result, hidden, known = 0, alternatives = [], style }: Report): string {
  const { files, resources, errors, warnings, infos } = summaryOf(mesh, result);
  const isLive = mesh.files.some((file) => file.isGenerated);
  const places = [...(files || !isLive ? [count(files, 'file')] : []), ...(isLive ? ['the cluster'] : [])];
  const looked = `${count(resources, 'resource')} in ${places.join(' and ')}`;
  const found = [
    errors && style.error(count(errors, 'error')),
    warnings && style.warning(count(warnings, 'warning')),
    infos && style.info(count(infos, 'info')),
  ].filter(Boolean);
  const verdict = found.length
    ? found.join(', ')
    : style.good(hidden ? 'no errors' : known ? 'no new findings' : resources ? 'no findings' : 'nothing to check');
  const spared = hidden ? [`${count(hidden, 'finding')} hidden by --quiet`] : [];
  const old = known ? [`${count(known, 'finding')} hidden by the baseline`] : [];
  return (
    [
      `${verdict} (${looked})`,
      ...spared,
      ...old,
      ...uncheckedLines(result),
      ...placeholderLine(mesh),
      ...passedOverLine(mesh),
      ...variantsLine(alternatives),
      ...templatesLine(mesh),
    ].join('\n') + '\n'
  );
}

/** The references that could not be checked, in one line; none where all could. */
function uncheckedLines({ unchecked }: LintResult): string[] {
  const total = unchecked.reduce((sum, { references }) => sum + references, 0);
  if (!total) return [];
  const what = unchecked.map(({ kind, namespace }) => (namespace ? `${kind} in ${namespace}` : kind));
  return [`${count(total, 'reference')} not checked: the input has no ${visible(listed(what, 4))}; add it with --with`];
}

/** The values that are filled in later, in one line; none where there are none. */
function placeholderLine(mesh: Mesh): string[] {
  const waiting = mesh.files
    .filter(({ role }) => role === 'judged')
    .flatMap(({ resources }) => resources.map((resource) => ({ resource, unknown: placeholdersOf(resource) })))
    .filter(({ unknown }) => unknown.length > 0);
  const [first] = waiting;
  if (!first) return [];
  const values = waiting.reduce((sum, { unknown }) => sum + unknown.length, 0);
  const sample = waiting.length > 1 ? `${first.resource.file.path} and others` : first.resource.file.path;
  return [`not checked: ${count(values, 'placeholder')} in ${count(waiting.length, 'resource')} (${visible(sample)})`];
}

function passedOverLine(mesh: Mesh): string[] {
  const passed = mesh.files.reduce((sum, { passedOver }) => sum + passedOver, 0);
  return passed
    ? [
        `skipped ${passed === 1 ? '1 document that is not a Kubernetes object' : `${passed} documents that are not Kubernetes objects`}`,
      ]
    : [];
}

/** The documents that only another program can make objects of, in one line; none where there are none. */
function templatesLine(mesh: Mesh): string[] {
  const holders = mesh.files.filter(({ templates }) => templates > 0);
  const [first] = holders;
  if (!first) return [];
  const sum = holders.reduce((total, { templates }) => total + templates, 0);
  const sample = holders.length > 1 ? `${first.path} and others` : first.path;
  return [`skipped ${count(sum, 'template')} that must be rendered first (${visible(sample)})`];
}

/** Of more variants than this the first ones are named. */
const MOST_VARIANTS = 3;

/** The places that define the same objects differently, in one line; none where there are none. */
function variantsLine(alternatives: readonly string[]): string[] {
  if (alternatives.length < 2) return [];
  const what = alternatives.every((place) => place.endsWith('/')) ? 'one of them' : 'the files of one';
  return [
    `several variants of one mesh: ${visible(listed(alternatives, MOST_VARIANTS))}; name ${what} to check it as a whole`,
  ];
}

/** A number with its noun: `1 error`, `2 errors`. */
export const count = (number: number, noun: string): string => `${number} ${noun}${number === 1 ? '' : 's'}`;
