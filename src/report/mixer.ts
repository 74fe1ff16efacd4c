/** What Mixer answers to a list of calls: what `simulate --requests` prints for them. */
import type { MixerCallFault } from '../legacy/mixer/call';
import type { MixerAnswer } from '../legacy/mixer/mixer';
import { columns } from './columns';

/** The answer to a call of a list. */
export interface MixerResult {
  readonly name: string;
  readonly mixer: MixerAnswer;
}

/** What is wrong with a call, as a clause. */
export function mixerCallFaultText({ field, expected, type }: MixerCallFault): string {
  switch (expected) {
    case 'check or report':
      return `"${field}" must be "check" or "report"`;
    case 'object':
      return `"${field}" must be an object`;
    case 'quota':
      return `"${field}" must be {"amount": NUMBER, "bestEffort": BOOLEAN}`;
    case 'type':
      return `"${field}" must be a value of type ${type}`;
  }
}

/** One object with a list of results, in the order of the calls. */
export const mixerJson = (results: readonly MixerResult[]): string => `${JSON.stringify({ results }, null, 2)}\n`;

/** The name of a code of google.rpc. */
type StatusName = (code: number) => string;

/** A table with a line for each call. */
export const mixerTable = (results: readonly MixerResult[], statusName: StatusName): string =>
  columns(
    ['CALL', 'ANSWER', 'RULES', 'QUOTAS', 'REPORTS'],
    results.map(({ name, mixer }) => [
      name,
      answerText(mixer, statusName),
      mixer.matched.join(', '),
      Object.entries(mixer.quotas ?? {})
        .map(([quota, { granted, message }]) => `${quota}: ${granted}${message ? ` (${message})` : ''}`)
        .join(', '),
      (mixer.reports ?? []).map(({ instance, values }) => `${instance} ${JSON.stringify(values)}`).join(' '),
    ]),
  );

function answerText({ error, check, reports }: MixerAnswer, statusName: StatusName): string {
  if (error) return reports ? 'reported in part: an instance cannot be built' : 'call fails';
  if (!check) return 'reported';
  return check.code === 0 ? 'OK' : `${statusName(check.code)}: ${check.message}`;
}
