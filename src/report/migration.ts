import type { Difference, DifferenceReason, MigrationCheck } from '../migration/check';
import { changeLines, countRequests } from './behaviour';
import { count } from './closing';
import type { Style } from './style';
import { visibleIn } from './visible';

/** Each difference with its reason, and a summary. */
export function migrationCheckText({ differences, asked }: MigrationCheck, style: Style): string {
  const changes = countRequests(differences.map(({ change }) => change));
  const unknown = countRequests(differences.filter(({ reason }) => reason === 'unknown').map(({ change }) => change));
  const more = unknown === 0 ? '' : `, ${unknown} of them for an unknown reason`;
  const summary = `${changes} of ${count(asked, 'request')} change after the migration${more}`;
  return `${[...differences.flatMap((each) => differenceLines(each, style)), summary].join('\n')}\n`;
}

const differenceLines = ({ change, reason }: Difference, style: Style): string[] => [
  ...changeLines(visibleIn(change), style).slice(0, -1),
  `  reason: ${reasonText(reason)}`,
  '',
];

function reasonText(reason: DifferenceReason): string {
  switch (reason) {
    case 'defaults of later releases':
      return 'defaults of later releases: sidecars use mutual TLS automatically, and servers accept plaintext and mutual TLS';
    case 'kinds of later releases':
      return 'the input has objects of kinds that Istio 1.4 does not know, and they take effect now';
    case 'not translated':
      return 'a part of the configuration is not translated: see the messages on standard error';
    case 'unknown':
      return 'unknown: compare the named lines';
  }
}
