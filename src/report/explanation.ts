import type { Rule } from '../rules/rule';
import { docsOf } from './docs';
import type { Style } from './style';

/** A mesh that shows a rule: its files, and where the repository of meshlint has them. */
export interface Example {
  path: string;
  files: { path: string; text: string }[];
}

/**
 * The page of a rule: what is wrong, what happens at run time, how to fix it, where it is documented, how to suppress it, and a mesh
 * with the fault and one without.
 */
export function explanation(rule: Rule, examples: readonly Example[], style: Style): string {
  const { name, severity, category, summary, url, sameAs } = rule;
  const shows = ({ files }: Example) => files.some(({ text }) => new RegExp(`expect: ${name}(?![\\w-])`).test(text));
  const parts = [
    `${style.strong(name)} ${style[severity](severity)} ${style.faint(category)}\n${summary}`,
    docsOf(rule),
    ...(rule.isOptional
      ? [
          `This rule is off by default. Turn it on with \`--rule ${name}=${severity}\` or under \`rules\` in .meshlint.yaml.`,
        ]
      : []),
    ...(rule.isRemark
      ? [
          `This rule reports nothing that is wrong. It is on with \`--world closed\`; \`--rule ${name}=${severity}\`, or an entry under \`rules\` in .meshlint.yaml, turns it on for any input.`,
        ]
      : []),
    `To suppress one finding, write \`# meshlint: allow ${name} -- reason\` on its line or on the line above.`,
    [`Documentation: ${url}`, ...(sameAs.length ? [`In istioctl and Kiali: ${sameAs.join(', ')}`] : [])].join('\n'),
    ...example('Example with the fault', shortest(examples.filter(shows)), style),
    ...example('Example without it', shortest(examples.filter((each) => !shows(each))), style),
  ];
  return `${parts.join('\n\n')}\n`;
}

const size = ({ files }: Example): number => files.reduce((sum, { text }) => sum + text.length, 0);

const shortest = (examples: readonly Example[]): Example | undefined =>
  [...examples].sort((a, b) => size(a) - size(b))[0];

function example(title: string, shown: Example | undefined, style: Style): string[] {
  if (!shown) return [];
  const files = shown.files.map(({ path, text }) => {
    const indented = withoutMarks(text).replace(/^(?=.)/gm, '    ');
    return shown.files.length > 1 ? `  ${style.faint(path)}\n${indented}` : indented;
  });
  return [`${style.strong(`${title}:`)}\n\n${files.join('\n\n')}`];
}

/** Comments that only our tests read: what is expected at a line, and the settings of the run. */
const LINE_MARK = /^ *# (?:expect|world|mesh-config|cluster|istio-version|rules): .*\n/gm;
const END_MARK = /(?<! ) *# expect: .*$/gm;

const withoutMarks = (text: string): string => text.replace(LINE_MARK, '').replace(END_MARK, '').trim();
