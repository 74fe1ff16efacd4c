import { UsageError } from '../usage-error';

/** Serves an editor. The server is loaded only here, as no other command needs it. */
export async function runLsp(version: string): Promise<void> {
  if (process.stdin.isTTY) throw new UsageError('lsp is started by an editor, see docs/editor.md');
  const { serve } = await import('../lsp/server');
  await serve(version);
}
