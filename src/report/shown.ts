/** Findings as they may be shown: without secrets, and with everything that comes from the input made visible. */
import type { Finding } from '../rules/rule';
import type { Place, SourceFile } from '../source/file';
import { type Mask, maskFor, maskedEdit, maskedText } from '../source/secrets';
import { visibleFinding } from './visible';

/** The findings of a run over files, as every format may show them. */
export function shownFindings(findings: readonly Finding[], files: readonly SourceFile[]): Finding[] {
  const mask = maskFor(files);
  const known = new Map<string, SourceFile>();
  const shownFile = (file: SourceFile): SourceFile => {
    const shown = known.get(file.path) ?? file.showing(() => maskedText(file));
    known.set(file.path, shown);
    return shown;
  };
  return findings.map((finding) => visibleFinding(withoutSecrets(finding, mask, shownFile)));
}

function withoutSecrets(finding: Finding, mask: Mask, shownFile: (file: SourceFile) => SourceFile): Finding {
  const { message, place, related, fix } = finding;
  const shownPlace = (given: Place): Place => {
    return Object.create(given, { file: { value: shownFile(given.file) } }) as Place;
  };
  return {
    ...finding,
    message: mask(message, place),
    place: shownPlace(place),
    related: related.map((other) => ({
      place: shownPlace(other.place),
      message: mask(mask(other.message, place), other.place),
    })),
    fix: fix && {
      ...fix,
      title: mask(fix.title, place),
      edits: () => fix.edits().map((edit) => maskedEdit(edit, edit.file, shownFile(edit.file).text, mask)),
    },
  };
}
