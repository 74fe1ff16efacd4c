import { type Journey, reportOf } from '../src';
import { summaryOf } from '../src/report/sentence';

/** What becomes of a request, as `simulate` says it. */
export const sentenceOf = (journey: Journey): string => summaryOf(reportOf(journey));
