import { Option } from 'commander';

/** An option of commands whose exit status is a verdict: without it, there is none on an input that is not read completely. */
export const allowRefused = (): Option =>
  new Option(
    '--allow-refused',
    'do not fail with exit status 2 on documents that are unreadable or that a cluster would reject',
  );
