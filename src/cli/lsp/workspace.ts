import { fileURLToPath, pathToFileURL } from 'node:url';
import { resolve } from 'node:path';
import type { Mesh } from '../../mesh/mesh';
import { shownFindings } from '../../report/shown';
import type { Finding } from '../../rules/rule';
import type { SourceFile } from '../../source/file';
import { unknownRule } from '../configuration/settings';
import { realPath } from '../input/boundary';
import { configured, loadVariants } from '../input/load';
import { askedRules, severitiesOf } from '../lint/choices';
import { checkReleases } from '../lint/releases';
import { quietly } from '../terminal';

/** What was found in a folder, and the mesh that it was found in. */
export interface Checked {
  readonly mesh: Mesh;
  readonly findings: readonly Finding[];
}

/** The folders that an editor shows, with the texts that are not saved yet. */
export class Workspace {
  private readonly unsaved = new Map<string, string>();
  /** The last result of each folder. */
  private readonly known = new Map<string, Checked>();

  constructor(private folders: readonly string[]) {}

  get roots(): readonly string[] {
    return this.folders;
  }

  set roots(folders: readonly string[]) {
    this.folders = folders;
    for (const root of this.known.keys()) if (!folders.includes(root)) this.known.delete(root);
  }

  /** Takes note of the text of an open document. */
  open(uri: string, text: string): void {
    const path = pathOf(uri);
    if (path !== undefined) this.unsaved.set(realPath(path), text);
  }

  /** Forgets the text of a document: what its file holds counts again. */
  close(uri: string): void {
    const path = pathOf(uri);
    if (path !== undefined) this.unsaved.delete(realPath(path));
  }

  /** Lints every folder as `meshlint lint` does, unsaved texts in the place of files. Throws a UsageError for a wrong configuration. */
  async check(): Promise<readonly Finding[]> {
    for (const root of this.folders) this.known.set(root, await this.checkFolder(root));
    return [...this.known.values()].flatMap(({ findings }) => findings);
  }

  /** The mesh that a document is part of, and the document as it was last read. */
  fileAt(uri: string): { readonly mesh: Mesh; readonly file: SourceFile } | undefined {
    const path = pathOf(uri);
    for (const { mesh } of path === undefined ? [] : this.known.values()) {
      const file = mesh.files.find((each) => resolve(each.path) === path);
      if (file) return { mesh, file };
    }
    return undefined;
  }

  /** What was found in a document when it was last read. */
  findingsIn(uri: string): readonly Finding[] {
    return [...this.known.values()].flatMap(({ findings }) =>
      findings.filter(({ place }) => uriOf(place.file) === uri),
    );
  }

  private async checkFolder(root: string): Promise<Checked> {
    const options = configured([root], {
      with: [],
      rule: [],
      stdinFilename: 'stdin',
      render: true,
      allowEmpty: true,
      drafts: this.unsaved,
    } as const);
    // What a run says on standard error belongs into no protocol.
    const loaded = await quietly(() => loadVariants([root], { ...options, with: [...options.with] }));
    const chosen = { ...options, with: [...options.with], rule: [] };
    const { mesh, result } = checkReleases(
      loaded,
      askedRules(chosen),
      {
        today: new Date().toISOString().slice(0, 10),
        severityOf: severitiesOf([root], chosen),
        faultOfName: unknownRule,
      },
      options.settings.release && [options.settings.release],
    );
    // An editor shows files, and what is rendered from a chart is in none.
    const inFiles = result.findings.filter(({ place }) => place.file.chart === undefined);
    return { mesh, findings: shownFindings(inFiles, mesh.files) };
  }
}

/** The path of a document in the file system; undefined for one that lies elsewhere. */
const pathOf = (uri: string): string | undefined => (uri.startsWith('file:') ? fileURLToPath(uri) : undefined);

/** The address by which editors know a file. */
export const uriOf = ({ path }: SourceFile): string => pathToFileURL(resolve(path)).href;
