import { type CompletionItem, CompletionItemKind, type Position } from 'vscode-languageserver';
import type { Mesh } from '../../mesh/mesh';
import { serviceFor, services } from '../../mesh/services/services';
import { subsetsOf } from '../../mesh/traffic/destination-rules';

/**
 * What can stand at a position, from the names in the mesh. Half a line is rarely YAML, so the text is looked at and not its values:
 * the key of the line, or of the list that the line is an item of.
 */
export function completions(mesh: Mesh, text: string, { line, character }: Position): CompletionItem[] {
  const lines = text.split('\n');
  const before = (lines[line] ?? '').slice(0, character);
  const key = /^\s*(?:-\s+)*([\w-]+):\s+\S*$/.exec(before)?.[1] ?? listAbove(lines, line, before);
  const namespace = namespaceAround(lines, line);
  switch (key) {
    case 'host':
    case 'hosts':
      return hosts(mesh, namespace);
    case 'subset': {
      const host = hostBeside(lines, line);
      const hostname = host === undefined ? '' : (serviceFor(mesh, host, namespace)?.hostname ?? host);
      return items(
        subsetsOf(mesh, hostname, namespace).map(({ value }) => value.name ?? ''),
        CompletionItemKind.EnumMember,
      );
    }
    case 'gateways':
      return items(
        ['mesh', ...mesh.all('Gateway').map((each) => `${each.namespace}/${each.name}`)],
        CompletionItemKind.Reference,
      );
    case 'namespace':
    case 'namespaces':
      return items(
        mesh.resources.map((each) => each.namespace),
        CompletionItemKind.Module,
      );
    default:
      return [];
  }
}

/** The short name within the namespace, and the full name. */
const hosts = (mesh: Mesh, namespace: string): CompletionItem[] =>
  items(
    services(mesh).flatMap((each) =>
      each.isInCluster && each.namespace === namespace ? [each.name, each.hostname] : [each.hostname],
    ),
    CompletionItemKind.Reference,
  );

const items = (labels: readonly string[], kind: CompletionItemKind): CompletionItem[] =>
  [...new Set(labels)].filter((label) => label !== '').map((label) => ({ label, kind }));

/** The key of the list that an item in a line belongs to. */
function listAbove(lines: readonly string[], line: number, before: string): string | undefined {
  const dash = /^(\s*)-\s+\S*$/.exec(before);
  if (!dash) return undefined;
  for (let at = line - 1; at >= 0; at--) {
    const above = lines[at]!;
    const key = /^(\s*)(?:-\s+)?([\w-]+):\s*$/.exec(above);
    if (key && key[1]!.length <= dash[1]!.length) return key[2];
    if (above.trim() !== '' && !/^\s*(-|#)/.test(above)) return undefined;
  }
  return undefined;
}

/** The nearest line with a host above or below, within the same map. */
function hostBeside(lines: readonly string[], line: number): string | undefined {
  for (const at of [line - 1, line + 1, line - 2, line + 2]) {
    const host = /^\s*(?:-\s+)?host:\s+["']?([^\s"'#]+)/.exec(lines[at] ?? '')?.[1];
    if (host !== undefined) return host;
  }
  return undefined;
}

/** The namespace of the document that a line is in. */
function namespaceAround(lines: readonly string[], line: number): string {
  let start = line;
  while (start > 0 && !lines[start]!.startsWith('---')) start--;
  let end = line + 1;
  while (end < lines.length && !lines[end]!.startsWith('---')) end++;
  const document = lines.slice(start, end).join('\n');
  return (
    /^metadata:[^\S\n]*\{[^}\n]*\bnamespace:\s*["']?([\w-]+)/m.exec(document)?.[1] ??
    /^ {1,8}namespace:\s*["']?([\w-]+)/m.exec(document)?.[1] ??
    'default'
  );
}
