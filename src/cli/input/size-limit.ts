import { getHeapStatistics } from 'node:v8';
import type { SourceFile } from '../../source/file';
import { UsageError } from '../usage-error';

/** How many bytes of memory a byte of manifests takes at most, from its text to the findings: measured on files of many small objects. */
const BYTES_OF_MEMORY = 24;

const MIB = 1024 * 1024;

/**
 * Adds up the sizes of the manifests of an input. Throws a UsageError where they are more than the memory of this process can hold:
 * Node.js would end without words.
 */
export function sizeLimit(memory = getHeapStatistics().heap_size_limit): (file: SourceFile) => void {
  const most = memory / BYTES_OF_MEMORY;
  let [files, bytes] = [0, 0];
  return (file) => {
    // Of other files nothing is kept but a number.
    if (file.resources.length === 0) return;
    files++;
    bytes += file.text.length;
    if (bytes <= most) return;
    throw new UsageError(
      `the input is too large: ${files} files with manifests have more than ${Math.floor(most / MIB)} MiB; ` +
        'name fewer folders, or give Node.js more memory (NODE_OPTIONS=--max-old-space-size=MEGABYTES)',
    );
  };
}
