/** What Mixer of Istio 1.4 answers to a proxy and receives from it, as lines of a trace. */
import type { CheckTrace, HandlerAnswer, QuotaTrace, ReportSent, ReportTrace } from '../legacy/mixer/trace';
import type { HopMixer } from '../simulation/journey';

type Line = readonly [label: string, text: string];

/** The check and its quotas; with `why` the attributes, with `telemetry` the reports. */
export const mixerLines = (
  { attributes, check, report }: HopMixer,
  { why, telemetry }: { readonly why: boolean; readonly telemetry: boolean },
): Line[] => [
  ...(check ? checkLines(check) : []),
  ...(report && telemetry ? reportLines(report) : []),
  ...(why
    ? Object.entries(attributes).map(([name, value]): Line => ['attribute', `${name} = ${JSON.stringify(value)}`])
    : []),
];

function checkLines({
  isEnforced,
  matched,
  answer,
  handlers,
  quotas,
  requestHeaders,
  responseHeaders,
}: CheckTrace): Line[] {
  const off = isEnforced ? '' : '; policy checks are off (disablePolicyChecks), so the answer has no effect';
  const lines: Line[] = [
    ...matched.map((name): Line => ['Mixer rule', name]),
    ...handlers.map((each): Line => ['Mixer check', handlerText(each)]),
    ...quotas.map((each): Line => ['Mixer quota', quotaText(each)]),
    ...requestHeaders.map((each): Line => ['request header', each]),
    ...responseHeaders.map((each): Line => ['response header', each]),
  ];
  if (!handlers.length && !quotas.length) return lines;
  return [...lines, ['Mixer answers', `${answer.code === 0 ? 'OK' : `${answer.status}: ${answer.message}`}${off}`]];
}

function handlerText({ handler, adapter, instance, verdict }: HandlerAnswer): string {
  const of = `by handler ${handler} (${adapter}) for ${instance}`;
  if (!verdict)
    return `no answer ${of}: the instance cannot be built from the attributes, or the list is not available offline`;
  return verdict.code === 0 ? `allowed ${of}` : `denied ${of}: ${verdict.status} ${verdict.message}`.trimEnd();
}

function quotaText({ quota, charge, counters }: QuotaTrace): string {
  const [counter] = counters;
  if (charge <= 0) return `${quota}: a charge of ${charge} is never refused`;
  if (!counter) return `${quota}: no matching rule counts it, so every request is granted`;
  const { handler, maxAmount, within, dimensions } = counter;
  const most = Math.max(0, Math.floor(maxAmount / charge));
  const each = Object.entries(dimensions).map(([name, value]) => `${name}=${String(value)}`);
  const time = within === undefined ? '' : ` within ${within}`;
  return `${quota}: ${maxAmount}${within === undefined ? '' : ` per ${within}`} (handler ${handler}${each.length ? `, for ${each.join(' ')}` : ''}); request ${most + 1}${time} is refused`;
}

const reportLines = ({ sent }: ReportTrace): Line[] => sent.map((each): Line => ['Mixer report', reportText(each)]);

function reportText({ handler, adapter, instance, metric, value, level, values }: ReportSent): string {
  const to = `to handler ${handler} (${adapter})`;
  if (metric !== undefined) {
    const labels = Object.entries(values).map(([name, each]) => `${name}="${String(each)}"`);
    return `${metric}{${labels.join(', ')}} ${String(value)}, ${to}`;
  }
  const written = { ...(level !== undefined && { level }), instance, ...(value !== undefined && { value }), ...values };
  return `${JSON.stringify(written)}, ${to}`;
}
