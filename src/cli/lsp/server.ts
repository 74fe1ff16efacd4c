import { fileURLToPath } from 'node:url';
import {
  type Connection,
  type InitializeParams,
  type InitializeResult,
  type Location,
  StreamMessageReader,
  StreamMessageWriter,
  SymbolKind,
  TextDocumentSyncKind,
  TextDocuments,
  createConnection,
} from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { groupBy } from '../../mesh/grouping';
import type { Place } from '../../source/file';
import { visible } from '../../report/visible';
import { UsageError, isUsageError } from '../usage-error';
import { actionsFor, diagnosticOf } from './actions';
import { completions } from './completion';
import { findingHelp, valueHelp } from './hover';
import { extentOf, fieldAt, isIn, placeRange, rangeOf } from './places';
import { declarationsOf, referencesTo, subjectOf } from './references';
import { Workspace, uriOf } from './workspace';

/** Milliseconds without a further change, after which the folders are linted. */
const PAUSE = 150;

/** Speaks the Language Server Protocol on standard input and output, until the client closes it. */
export function serve(version: string): Promise<void> {
  const reader = new StreamMessageReader(process.stdin);
  const connection = createConnection(reader, new StreamMessageWriter(process.stdout));
  const workspace = new Workspace([]);
  const documents = new TextDocuments(TextDocument);
  const checker = new Checker(connection, workspace);

  connection.onInitialize((params) => {
    workspace.roots = rootsOf(params);
    return { serverInfo: { name: 'meshlint', version }, ...CAPABILITIES };
  });
  connection.onInitialized(() => checker.schedule());
  connection.onDidChangeConfiguration(() => checker.schedule());
  connection.onDidChangeWatchedFiles(() => checker.schedule());
  documents.onDidChangeContent(({ document }) => {
    workspace.open(document.uri, document.getText());
    checker.schedule();
  });
  documents.onDidClose(({ document }) => {
    workspace.close(document.uri);
    checker.schedule();
  });
  documents.listen(connection);

  connection.onCodeAction(({ textDocument, range }) =>
    workspace
      .findingsIn(textDocument.uri)
      .filter(({ place }) => isIn(place.range, range.start) || isIn(place.range, range.end))
      .flatMap(actionsFor),
  );
  connection.onHover(({ textDocument, position }) => {
    const findings = workspace.findingsIn(textDocument.uri).filter(({ place }) => isIn(place.range, position));
    const seen = workspace.fileAt(textDocument.uri);
    const field = seen && fieldAt(seen.file, position);
    const value = seen && field ? valueHelp(seen.mesh, field) : undefined;
    const parts = [...(value === undefined ? [] : [value]), ...findings.map(findingHelp)];
    return parts.length > 0 ? { contents: { kind: 'markdown', value: parts.join('\n\n---\n\n') } } : null;
  });
  connection.onDefinition(({ textDocument, position }) => {
    const seen = workspace.fileAt(textDocument.uri);
    const field = seen && fieldAt(seen.file, position);
    return seen && field ? declarationsOf(seen.mesh, field).map(locationOf) : [];
  });
  connection.onReferences(({ textDocument, position }) => {
    const seen = workspace.fileAt(textDocument.uri);
    const field = seen && fieldAt(seen.file, position);
    const subject = seen && field && subjectOf(seen.mesh, field);
    return seen && subject ? referencesTo(seen.mesh, subject).map(locationOf) : [];
  });
  connection.onCompletion(({ textDocument, position }) => {
    const seen = workspace.fileAt(textDocument.uri);
    const document = documents.get(textDocument.uri);
    return seen && document ? completions(seen.mesh, document.getText(), position) : [];
  });
  connection.onDocumentSymbol(({ textDocument }) =>
    (workspace.fileAt(textDocument.uri)?.file.resources ?? []).map((resource) => ({
      name: resource.title,
      kind: SymbolKind.Object,
      range: rangeOf(extentOf(resource)),
      selectionRange: placeRange(resource.at(['metadata', 'name'])),
    })),
  );
  connection.listen();
  return new Promise((resolve, reject) => {
    const refuse = (why: string) => {
      process.stdin.destroy();
      reject(new UsageError(`lsp: ${why}`));
    };
    connection.onExit(resolve);
    reader.onError((error) => refuse(`this is not the Language Server Protocol: ${visible(error.message)}`));
    for (const event of ['end', 'close'])
      process.stdin.once(event, () => refuse('the client closed the connection without "exit"'));
  });
}

const CAPABILITIES: InitializeResult = {
  capabilities: {
    textDocumentSync: TextDocumentSyncKind.Incremental,
    codeActionProvider: true,
    hoverProvider: true,
    definitionProvider: true,
    referencesProvider: true,
    completionProvider: { triggerCharacters: [' ', '/'] },
    documentSymbolProvider: true,
  },
};

function rootsOf({ workspaceFolders, rootUri }: InitializeParams): string[] {
  const uris = workspaceFolders?.map(({ uri }) => uri) ?? (rootUri ? [rootUri] : []);
  return uris.filter((uri) => uri.startsWith('file:')).map((uri) => fileURLToPath(uri));
}

const locationOf = (place: Place): Location => ({ uri: uriOf(place.file), range: placeRange(place) });

/** Lints after a pause, one run at a time, and tells the client what has changed. */
class Checker {
  private timer: NodeJS.Timeout | undefined;
  private isRunning = false;
  private isStale = false;
  /** The files whose findings the client shows. */
  private shown = new Set<string>();

  constructor(
    private readonly connection: Connection,
    private readonly workspace: Workspace,
  ) {}

  schedule(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.run(), PAUSE);
  }

  private async run(): Promise<void> {
    if (this.isRunning) {
      this.isStale = true;
      return;
    }
    this.isRunning = true;
    try {
      await this.publish();
    } catch (error) {
      // The findings from before stay: a configuration that is being written is wrong for a while.
      const words = isUsageError(error) ? error.lines.join('; ') : `internal fault, please report it: ${String(error)}`;
      this.connection.window.showErrorMessage(`meshlint: ${words}`);
    } finally {
      this.isRunning = false;
      if (this.isStale) this.schedule();
      this.isStale = false;
    }
  }

  private async publish(): Promise<void> {
    const findings = await this.workspace.check();
    const byUri = groupBy(findings, ({ place }) => uriOf(place.file));
    for (const uri of this.shown) if (!byUri.has(uri)) await this.connection.sendDiagnostics({ uri, diagnostics: [] });
    for (const [uri, found] of byUri)
      await this.connection.sendDiagnostics({ uri, diagnostics: found.map(diagnosticOf) });
    this.shown = new Set(byUri.keys());
  }
}
