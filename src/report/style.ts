import { Chalk, type ChalkInstance } from 'chalk';

/** How text may be coloured: the formats ask for meanings, never for colours. */
export interface Style {
  error: (text: string) => string;
  warning: (text: string) => string;
  info: (text: string) => string;
  strong: (text: string) => string;
  faint: (text: string) => string;
  good: (text: string) => string;
}

const colours = (chalk: ChalkInstance): Style => ({
  error: chalk.red.bold,
  warning: chalk.yellow.bold,
  info: chalk.cyan.bold,
  strong: chalk.bold,
  faint: chalk.dim,
  good: chalk.green,
});

/** The style of a terminal that can show colours. */
export const coloured: Style = colours(new Chalk({ level: 1 }));

/** The style of everything else. */
export const plain: Style = colours(new Chalk({ level: 0 }));
