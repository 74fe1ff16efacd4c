import type { SourceFile } from '../../source/file';

const HEADER = /^# meshlint: (complete|unknown) (.+)$/gm;

/**
 * What files say of their completeness in comments above their first document, as snapshots do: `# meshlint: complete Service/*,
 * Secret/shop` for kinds of which they hold every object there is, `unknown` for kinds of which they may lack some.
 */
export function heldBy(files: readonly SourceFile[]): Map<string, 'complete' | 'unknown'> {
  const held = new Map<string, 'complete' | 'unknown'>();
  for (const { text } of files.filter((file) => !file.isGenerated)) {
    const content = text.search(/^(?!#|[^\S\r\n]*$)/m);
    const head = content < 0 ? text : text.slice(0, content);
    for (const [, verb, names] of head.matchAll(HEADER))
      for (const name of names!.split(/,\s*/)) held.set(name, verb as 'complete' | 'unknown');
  }
  return held;
}

const NAMES_IN_A_LINE = 6;

/** The comments that heldBy reads. */
export function heldComments(held: ReadonlyMap<string, 'complete' | 'unknown'>): string {
  const lines = (['complete', 'unknown'] as const).flatMap((verb) => {
    const names = [...held].flatMap(([name, each]) => (each === verb ? [name] : [])).sort();
    return Array.from({ length: Math.ceil(names.length / NAMES_IN_A_LINE) }, (_, index) => {
      const some = names.slice(index * NAMES_IN_A_LINE, (index + 1) * NAMES_IN_A_LINE);
      return `# meshlint: ${verb} ${some.join(', ')}\n`;
    });
  });
  return lines.join('');
}
