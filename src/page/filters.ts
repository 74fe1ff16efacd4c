import { own } from '../source/own';

/** Shows the form that filters findings, and only the findings that it lets through. */
export function filterFindings(root: ParentNode): void {
  const form = root.querySelector<HTMLFormElement>('#filters');
  const output = root.querySelector<HTMLOutputElement>('#shown');
  if (!form || !output) return;
  const findings = [...root.querySelectorAll<HTMLElement>('article.finding')];
  const texts = new Map(findings.map((finding) => [finding, (finding.textContent ?? '').toLowerCase()]));
  form.hidden = false;
  form.addEventListener('submit', (event) => event.preventDefault());
  form.addEventListener('input', () => {
    const wanted = filterOf(new FormData(form));
    for (const finding of findings) finding.hidden = !wanted(finding.dataset, texts.get(finding) ?? '');
    const shown = findings.filter(({ hidden }) => !hidden).length;
    output.textContent = `${shown} of ${findings.length} findings shown`;
  });
}

type Filter = (finding: DOMStringMap, text: string) => boolean;

/** What a form lets through. A choice is "" for all, else "=" and the value. */
function filterOf(form: FormData): Filter {
  const severities = new Set(form.getAll('severity'));
  const chosen = ['rule', 'namespace', 'file'].map((name) => [name, textOf(form, name)] as const);
  const words = textOf(form, 'text').toLowerCase().split(/\s+/).filter(Boolean);
  return (finding, text) =>
    severities.has(finding['severity'] ?? '') &&
    chosen.every(([name, value]) => value === '' || value === `=${own(finding, name) ?? ''}`) &&
    words.every((word) => text.includes(word));
}

const textOf = (form: FormData, name: string): string => {
  const value = form.get(name);
  return typeof value === 'string' ? value : '';
};
