/** The little language of header values: `%NAME%`, `%NAME(text)%`, `%NAME(["a", "b"])%`, and `%%` for a percent sign. */
type State = 'text' | 'name' | 'arguments' | 'string' | 'inside' | 'next' | 'close' | 'end';

/** Where characters lead from a state; where others lead, or what was expected instead of them. */
interface Steps {
  readonly on: Readonly<Record<string, State>>;
  readonly others?: State;
  readonly expected?: string;
}

const STEPS: Readonly<Record<Exclude<State, 'text'>, Steps>> = {
  name: { on: { '%': 'text', '(': 'arguments' }, others: 'name' },
  arguments: { on: { '[': 'string', ' ': 'arguments' }, others: 'inside' },
  string: { on: { '"': 'inside', ' ': 'string' }, expected: 'a quoted text' },
  inside: { on: { ')': 'end', '"': 'next' }, others: 'inside' },
  next: { on: { ',': 'string', ']': 'close', ' ': 'next' }, expected: '"," or "]"' },
  close: { on: { ')': 'end', ' ': 'close' }, expected: '")"' },
  end: { on: { '%': 'text', ' ': 'end' }, expected: 'a "%"' },
};

/** Why Envoy could not read a value, or undefined where it can. istio: validation.validateHeaderValue, envoy: HeaderParser */
export function whyUnreadable(text: string): string | undefined {
  let state: State = 'text';
  let begin = 0;
  for (let at = 0; at < text.length; at++) {
    const char = text[at]!;
    if (state === 'text') {
      if (char !== '%') continue;
      if (text[at + 1] === '%') at++;
      else [state, begin] = ['name', at];
    } else if (state === 'inside' && char === '\\') {
      if (++at === text.length) return 'it ends in a backslash';
    } else {
      const { on, others, expected }: Steps = STEPS[state];
      const next: State | undefined = Object.hasOwn(on, char) ? on[char] : others;
      if (!next) return `after "${text.slice(begin, at)}" ${expected} is expected`;
      state = next;
    }
  }
  if (state === 'text') return undefined;
  return begin === text.length - 1
    ? 'write a literal "%" as "%%"'
    : `the variable "${text.slice(begin)}" does not end in "%"; write a literal "%" as "%%"`;
}
