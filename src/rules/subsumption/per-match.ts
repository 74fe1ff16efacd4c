import type { HTTPMatchRequest } from '../../schema/kinds/networking';

/** A question about a match whose answer is worked out once: every match is compared with all before it. */
export function perMatch<Answer>(answer: (match: HTTPMatchRequest) => Answer): (match: HTTPMatchRequest) => Answer {
  const known = new WeakMap<HTTPMatchRequest, { answer: Answer }>();
  return (match) => {
    let found = known.get(match);
    if (!found) known.set(match, (found = { answer: answer(match) }));
    return found.answer;
  };
}
