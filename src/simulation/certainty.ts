/** What is known of something that the configuration alone may not decide. */
export type Certainty = 'yes' | 'no' | 'maybe';

/** Whether all hold. */
export function all(answers: Iterable<Certainty>): Certainty {
  let answer: Certainty = 'yes';
  for (const each of answers) {
    if (each === 'no') return 'no';
    if (each === 'maybe') answer = 'maybe';
  }
  return answer;
}

/** Whether one of them holds. */
export const any = (answers: readonly Certainty[]): Certainty => not(all(answers.map(not)));

/** Whether it does not hold. */
export function not(answer: Certainty): Certainty {
  if (answer === 'maybe') return 'maybe';
  return answer === 'yes' ? 'no' : 'yes';
}

/** An answer that is known. */
export const known = (holds: boolean): Certainty => (holds ? 'yes' : 'no');
