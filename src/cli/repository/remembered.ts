import { readdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { ChartRelease } from './helm';

interface Memory {
  /** What the files of the chart and the values were like. */
  readonly state: string;
  readonly text: Promise<string>;
}

const memories = new Map<string, Memory>();

/** Renders a release, or returns what was rendered before of the same files: rounds of fixes and editors ask for it again and again. */
export function remembered({ chart, values, namespace }: ChartRelease, render: () => Promise<string>): Promise<string> {
  const key = JSON.stringify([resolve(chart), values.map((path) => resolve(path)), namespace]);
  const state = JSON.stringify([...filesBelow(chart), ...values].map(stateOf));
  const before = memories.get(key);
  if (before?.state === state) return before.text;
  const text = render();
  memories.set(key, { state, text });
  return text;
}

const filesBelow = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name));

function stateOf(path: string): readonly unknown[] {
  const stat = statSync(path, { throwIfNoEntry: false });
  return [path, stat?.size, stat?.mtimeMs, stat?.ino];
}
