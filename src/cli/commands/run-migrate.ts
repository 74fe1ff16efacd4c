import { variantsOf } from '../../input/groups';
import { Mesh } from '../../mesh/mesh';
import { checkMigration } from '../../migration/check';
import { migratedText } from '../../migration/documents';
import { type Migration, type Part, migrate } from '../../migration/migration';
import type { Note } from '../../migration/note';
import { count } from '../../report/closing';
import { NEWEST } from '../../schema/release';
import type { SourceFile } from '../../source/file';
import { migrationCheckText } from '../../report/migration';
import { withoutSecretForms } from '../../source/secrets';
import { now, verify } from '../options/tokens';
import { reportFaults } from '../faults';
import { type Complaint, complaintLines } from '../complaints';
import { type LoadedMesh, loadVariants } from '../input/load';
import { print, say, styleFor } from '../terminal';
import type { MigrateCommandOptions } from './migrate';
import { checkOut, writeOut } from '../migration/out';

/** Writes the configuration of an input for the newest release. Exit status: 1 where something is not translated, 2 for bad input. */
export async function runMigrate(paths: readonly string[], options: MigrateCommandOptions): Promise<void> {
  const named = paths.length > 0 ? paths : ['.'];
  if (options.out !== undefined) checkOut(options.out, named);
  const loaded = await loadVariants(named, {
    ...options,
    istioVersion: [options.to === undefined ? '1.4' : NEWEST],
    render: false,
  });
  const files = judgedFiles(loaded);
  const parts = loaded.flatMap(partsOf);
  const migration = migrate(parts, options.to ?? 'newest release');
  const texts = options.out === undefined ? withoutSecrets(files, migration.texts) : migration.texts;
  // Of a file that cannot hold a Kubernetes object, or that cannot be read, no text is known.
  const migrated = files.filter(({ text }) => text !== '').map((file) => ({ file, text: migratedText(file, texts) }));
  if (options.out === undefined && !options.check) await print(joined(migrated));
  if (options.out !== undefined)
    writeOut(
      options.out,
      named,
      migrated.map(({ file, text }) => ({ path: file.path, text })),
    );
  const problems = files.flatMap((file) => file.problems);
  sayOutcome(migration, files, migrated.length, problems, options);
  const isProven = options.check ? await printCheck(parts, migration, options) : true;
  if (migration.notes.length > 0 || !isProven) process.exitCode = 1;
  if (problems.length > 0) process.exitCode = 2;
}

const judgedFiles = (loaded: readonly LoadedMesh[]): SourceFile[] => [
  ...new Map(
    loaded.flatMap(({ mesh }) =>
      mesh.files.filter(({ role }) => role === 'judged').map((file) => [file.path, file] as const),
    ),
  ).values(),
];

/** The meshes in an input: each group of objects that are applied together. */
function partsOf({ mesh, originsOf }: LoadedMesh): Part[] {
  const isJudged: Part['isMigrated'] = ({ file }) => file.role === 'judged';
  if (!originsOf) return [{ mesh, isMigrated: isJudged }];
  return variantsOf(mesh.files, originsOf).groups.map((group) => ({
    mesh: new Mesh(mesh.files, { ...mesh, objects: group.certain }),
    isMigrated: (resource) => isJudged(resource) && group.isJudged(resource),
  }));
}

/** Prints in what requests differ; whether each difference has a known reason. */
async function printCheck(
  parts: readonly Part[],
  migration: Migration,
  { color }: MigrateCommandOptions,
): Promise<boolean> {
  const check = checkMigration(parts, migration, { now: now(), verify });
  await print(withoutSecretForms(migrationCheckText(check, styleFor(process.stdout, color || 'never'))));
  reportFaults(check.faults);
  return check.differences.every(({ reason }) => reason !== 'unknown');
}

/** Secrets are not printed: a comment says where they are. */
function withoutSecrets(files: readonly SourceFile[], texts: Migration['texts']): Migration['texts'] {
  const secrets = files.flatMap(({ resources }) => resources.filter(({ kind, group }) => kind === 'Secret' && !group));
  const comments = secrets.map(
    ({ document, title }) => [document, `# ${title} is not printed; --out copies it\n`] as const,
  );
  return new Map([...texts, ...comments]);
}

/** All files as one stream of documents; the name of each file is a comment where there are several. */
function joined(files: readonly { readonly file: SourceFile; readonly text: string }[]): string {
  const [only, ...others] = files.filter(({ text }) => text.trim() !== '');
  if (!only || others.length === 0) return only?.text ?? '';
  return [only, ...others]
    .map(({ file, text }) => `---\n# file: ${file.path}\n${text.replace(/^\uFEFF?(?:---[ \t]*\r?\n)?/, '')}`)
    .map((text) => (text.endsWith('\n') ? text : `${text}\n`))
    .join('');
}

function sayOutcome(
  { notes }: Migration,
  files: readonly SourceFile[],
  written: number,
  problems: readonly Complaint[],
  { out }: MigrateCommandOptions,
): void {
  const lines = complaintLines([...problems, ...notes.map((note) => ({ ...note, message: withRest(note) }))]);
  for (const line of lines) say(`meshlint: ${line}`);
  const templates = files.filter((file) => file.templates > 0);
  if (templates.length > 0)
    say(`meshlint: not migrated: ${count(templates.length, 'file')} with templates; render them first`);
  const places = notes.length > 0 ? `; not translated: ${count(notes.length, 'place')}` : '';
  say(`meshlint: migrated ${count(written, 'file')}${out === undefined ? '' : ` to "${out}"`}${places}`);
}

function withRest({ message, left }: Note): string {
  switch (left) {
    case 'as a comment':
      return `${message} (left as a comment)`;
    case 'out':
      return `${message} (left out)`;
    case 'as it is':
      return `${message} (left as it is)`;
  }
}
