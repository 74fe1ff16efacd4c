/** Requests in words. */
import { isAlwaysThere } from './conditions';
import type { Request, Value } from './region';

/** A request as a person would write it: `GET /api?page=2 with x-user: jason on port 80`. */
export function written({ listener, values }: Request): string {
  const of = (kind: string, name = ''): Value =>
    values.find(({ subject }) => subject.kind === kind && (name === '' || subject.name === name))?.value;
  const all = (kind: string) => values.filter(({ subject }) => subject.kind === kind);
  const query = all('query').map(({ subject, value }) => `${subject.name}=${String(value)}`);
  const authority = of('header', ':authority');
  const scheme = of('header', ':scheme');
  const origin =
    authority === undefined && scheme === undefined ? '' : `${text(scheme ?? 'http')}://${text(authority ?? 'any')}`;
  const target = `${origin}${text(of('path') ?? '/')}${query.length > 0 ? `?${query.join('&')}` : ''}`;
  const headers = [...all('header'), ...all('claim')].filter(({ subject }) => !isAlwaysThere(subject));
  const shown = headers.map(({ subject, value }) => `${subject.name}: ${text(value)}`);
  const labels = all('label').map(({ subject, value }) => `${subject.name}=${text(value)}`);
  const namespace = of('namespace');
  return [
    `${text(of('header', ':method') ?? 'GET')} ${target}`,
    ...(shown.length > 0 ? [`with ${shown.join(', ')}`] : []),
    ...(labels.length > 0 ? [`from pods with ${labels.join(', ')}`] : []),
    ...(namespace === undefined ? [] : [`from namespace ${text(namespace)}`]),
    ...(listener.port === undefined ? [] : [`on port ${listener.port}`]),
  ].join(' ');
}

const text = (value: Value): string => (typeof value === 'string' ? value : (value ?? []).join(', '));
