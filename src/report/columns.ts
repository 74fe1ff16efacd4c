import { visible } from './visible';

/** Rows as a table whose columns are as wide as they must be, five spaces apart, as kubectl and istioctl print theirs. */
export function columns(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [heads, ...rows.map((row) => row.map(visible))];
  const widths = heads.map((_, column) => all.reduce((widest, row) => Math.max(widest, row[column]!.length), 0));
  const line = (row: readonly string[]): string =>
    row.map((text, column) => text.padEnd(widths[column]! + GAP)).join('');
  return all.map((row) => `${line(row).trimEnd()}\n`).join('');
}

const GAP = 5;
