import {
  type CodeAction,
  CodeActionKind,
  type Diagnostic,
  DiagnosticSeverity,
  type TextEdit,
  type WorkspaceEdit,
} from 'vscode-languageserver';
import type { Edit, Finding, Severity } from '../../rules/rule';
import { placeRange, rangeOf } from './places';
import { uriOf } from './workspace';

const SEVERITIES: Readonly<Record<Severity, DiagnosticSeverity>> = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  info: DiagnosticSeverity.Information,
};

/** A finding as editors show it. */
export const diagnosticOf = ({ rule, severity, message, place, related }: Finding): Diagnostic => ({
  range: placeRange(place),
  severity: SEVERITIES[severity],
  source: 'meshlint',
  code: rule.name,
  codeDescription: { href: rule.url },
  message,
  relatedInformation: related.map((each) => ({
    location: { uri: uriOf(each.place.file), range: placeRange(each.place) },
    message: each.message,
  })),
});

/** What an editor can do about a finding: its fix, and a comment that allows it. */
export function actionsFor(finding: Finding): CodeAction[] {
  const diagnostics = [diagnosticOf(finding)];
  const { fix, place, rule } = finding;
  const allow: CodeAction = {
    title: `Allow ${rule.name} here`,
    kind: CodeActionKind.QuickFix,
    diagnostics,
    edit: changesOf([commentAbove(finding)]),
  };
  if (place.file.isGenerated) return [];
  if (!fix) return [allow];
  const isSafe = fix.safety === 'safe';
  const title = isSafe ? fix.title : `${fix.title} (may change the behaviour of the mesh)`;
  const mend = { title, kind: CodeActionKind.QuickFix, diagnostics, isPreferred: isSafe, edit: changesOf(fix.edits()) };
  return [mend, allow];
}

/** A comment in a line of its own, as far indented as the line below it. */
function commentAbove({ place: { file, range }, rule }: Finding): Edit {
  const start = file.offsetOfLine(range.start.line);
  const indentation = /^ */.exec(file.text.slice(start))![0];
  return { file, start, end: start, text: `${indentation}# meshlint: allow ${rule.name} -- TODO: say why\n` };
}

function changesOf(edits: readonly Edit[]): WorkspaceEdit {
  const changes = new Map<string, TextEdit[]>();
  for (const { file, start, end, text } of edits) {
    const uri = uriOf(file);
    const edit = { range: rangeOf(file.rangeOf({ start, end })), newText: text };
    changes.set(uri, [...(changes.get(uri) ?? []), edit]);
  }
  return { changes: Object.fromEntries(changes) };
}
