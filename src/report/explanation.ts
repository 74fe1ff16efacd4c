import type { Rule } from '../rules/rule';
import { docsOf } from './docs';
import type { Style } from './style';

/** A mesh that shows a rule: its files, and where the repository of meshlint has them. */
export interface Example {
  path: string;
  files: { path: string; text: string }[];
}

/** A rule's page: what is wrong, why it matters, how to mend it, how to be spared it, and a mesh with the fault and one without. */
export function explanation(rule: Rule, examples: readonly Example[], style: Style): string {
  const { name, severity, category, summary, sameAs } = rule;
  const shows = ({ files }: Example) => files.some(({ text }) => new RegExp(`expect: ${name}(?![\\w-])`).test(text));
  const parts = [
    `${style.strong(name)} ${style[severity](severity)} ${style.faint(category)}\n${summary}`,
    docsOf(rule),
    ...(rule.isOptional
      ? [`Off unless asked for: \`--rule ${name}=${severity}\`, or the same under \`rules\` in .meshlint.yaml.`]
      : []),
    ...(sameAs.length ? [`Counterparts: ${sameAs.join(', ')}.`] : []),
    `To allow it once: \`# meshlint: allow ${name} -- reason\` on the line of the finding or the line above.`,
    ...example('With the fault', shortest(examples.filter(shows)), style),
    ...example('Without', shortest(examples.filter((each) => !shows(each))), style),
  ];
  return `${parts.join('\n\n')}\n`;
}

const size = ({ files }: Example): number => files.reduce((sum, { text }) => sum + text.length, 0);

const shortest = (examples: readonly Example[]): Example | undefined =>
  [...examples].sort((a, b) => size(a) - size(b))[0];

function example(title: string, shown: Example | undefined, style: Style): string[] {
  if (!shown) return [];
  const files = shown.files.map(({ path, text }) => {
    const indented = text.trimEnd().replace(/^(?=.)/gm, '    ');
    return shown.files.length > 1 ? `  ${style.faint(path)}\n${indented}` : indented;
  });
  return [`${style.strong(`${title}:`)}\n\n${files.join('\n\n')}`];
}
