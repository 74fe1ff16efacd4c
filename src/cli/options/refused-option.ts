import { Option } from 'commander';

/** An option of commands whose exit status is a verdict: without it, there is none on an input that is not read completely. */
export const allowRefused = (): Option =>
  new Option('--allow-refused', 'do not exit with 2 because documents cannot be read, or a cluster would refuse them');
