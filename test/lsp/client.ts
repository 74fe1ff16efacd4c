import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  type Diagnostic,
  type MessageConnection,
  StreamMessageReader,
  StreamMessageWriter,
  createMessageConnection,
} from 'vscode-languageserver/node';

/** An editor, as far as the server can tell: a client of the protocol over the standard streams of `meshlint lsp`. */
export class Client {
  private readonly child: ChildProcess;
  readonly connection: MessageConnection;
  readonly diagnostics = new Map<string, Diagnostic[]>();
  readonly errors: string[] = [];
  private waiting: (() => void)[] = [];

  constructor(private readonly root: string) {
    this.child = spawn(process.execPath, [join(__dirname, '../../bin/meshlint.js'), 'lsp', '--stdio'], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    this.connection = createMessageConnection(
      new StreamMessageReader(this.child.stdout!),
      new StreamMessageWriter(this.child.stdin!),
    );
    this.connection.onNotification(
      'textDocument/publishDiagnostics',
      ({ uri, diagnostics }: { uri: string; diagnostics: Diagnostic[] }) => {
        this.diagnostics.set(uri, diagnostics);
        this.waiting.forEach((check) => check());
      },
    );
    this.connection.onNotification('window/showMessage', ({ message }: { message: string }) => {
      this.errors.push(message);
    });
    this.connection.onRequest('window/showMessageRequest', ({ message }: { message: string }) => {
      this.errors.push(message);
      return null;
    });
    this.connection.listen();
  }

  async start(): Promise<void> {
    const rootUri = pathToFileURL(this.root).href;
    await this.connection.sendRequest('initialize', {
      processId: process.pid,
      rootUri,
      workspaceFolders: [{ uri: rootUri, name: 'test' }],
      capabilities: {},
    });
    await this.connection.sendNotification('initialized', {});
  }

  uri(name: string): string {
    return pathToFileURL(join(this.root, name)).href;
  }

  async open(name: string, text: string): Promise<void> {
    const textDocument = { uri: this.uri(name), languageId: 'yaml', version: 1, text };
    await this.connection.sendNotification('textDocument/didOpen', { textDocument });
  }

  async change(name: string, text: string, version: number): Promise<void> {
    const textDocument = { uri: this.uri(name), version };
    await this.connection.sendNotification('textDocument/didChange', { textDocument, contentChanges: [{ text }] });
  }

  ask<Answer>(method: string, name: string, line: number, character: number, more: object = {}): Promise<Answer> {
    const params = { textDocument: { uri: this.uri(name) }, position: { line, character }, ...more };
    return this.connection.sendRequest<Answer>(`textDocument/${method}`, params);
  }

  /** The rules that are shown for a file, once they are these. */
  until(name: string, rules: readonly string[]): Promise<void> {
    const wanted = [...rules].sort().join();
    return new Promise((resolve) => {
      const check = () => {
        const shown = (this.diagnostics.get(this.uri(name)) ?? []).map(({ code }) => String(code)).sort();
        if (shown.join() === wanted) resolve();
      };
      this.waiting.push(check);
      check();
    });
  }

  /** Ends the server as an editor does; its exit status. */
  async stop(): Promise<number | null> {
    const ended = new Promise<number | null>((resolve) => this.child.on('exit', resolve));
    await this.connection.sendRequest('shutdown');
    await this.connection.sendNotification('exit');
    const status = await ended;
    this.connection.dispose();
    return status;
  }
}
