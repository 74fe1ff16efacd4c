/** What the pieces of Envoy's configuration are called in a few words. */
import type { FilterChain, HeaderMatcher, Listener, Route, RouteMatch, StringMatcher } from '../envoy/config';
import { quoted } from '../envoy/match/string';
import type { Stage } from '../envoy/run/trace';

/** The name of what was chosen, or could have been. */
export function titleOf(stage: Stage, piece: object, name?: string): string {
  if (name !== undefined) return name;
  switch (stage) {
    case 'listener':
      return listenerTitle(piece);
    case 'filter chain':
      return chainTitle(piece);
    case 'route':
    case 'rewrite':
      return routeTitle(piece);
    default:
      return (piece as { name?: string }).name ?? '';
  }
}

function listenerTitle({ name, address }: Listener): string {
  const { address: ip, portValue } = address?.socketAddress ?? {};
  return name ?? `${ip ?? ''}:${portValue ?? ''}`;
}

function chainTitle({ name, filterChainMatch: match = {} }: FilterChain): string {
  if (name) return name;
  const { serverNames, transportProtocol, applicationProtocols, destinationPort } = match;
  const parts = [
    ...(destinationPort === undefined ? [] : [`port ${destinationPort}`]),
    ...(serverNames ? [`server names ${serverNames.join(', ')}`] : []),
    ...(transportProtocol ? [transportProtocol] : []),
    ...(applicationProtocols ? [applicationProtocols.join(', ')] : []),
  ];
  return parts.join(', ') || 'for everything';
}

/** What a route asks of requests, with its name where it has one. */
function routeTitle({ name, match = {} }: Route): string {
  const conditions = [pathText(match), ...(match.headers ?? []).map(headerText), ...queryTexts(match)];
  const text = conditions.filter(Boolean).join(', ');
  return name && name !== 'default' ? `${name} (${text})` : text;
}

function pathText({ prefix, path, safeRegex, pathSeparatedPrefix, connectMatcher }: RouteMatch): string {
  if (prefix !== undefined) return prefix === '/' ? 'every path' : `prefix ${prefix}`;
  if (path !== undefined) return `path ${path}`;
  if (pathSeparatedPrefix !== undefined) return `${pathSeparatedPrefix} and below`;
  if (safeRegex) return `path like ${safeRegex.regex ?? ''}`;
  return connectMatcher ? 'CONNECT' : '';
}

function headerText(matcher: HeaderMatcher): string {
  const { name, stringMatch, presentMatch, invertMatch } = matcher;
  const what = name.startsWith(':') ? name.slice(1) : `header ${name}`;
  if (!stringMatch) return `${what} ${(presentMatch ?? true) !== Boolean(invertMatch) ? 'present' : 'absent'}`;
  return `${what} ${invertMatch ? 'not ' : ''}${valueText(stringMatch)}`;
}

const queryTexts = ({ queryParameters = [] }: RouteMatch): string[] =>
  queryParameters.map(({ name, stringMatch }) => `query ${name} ${stringMatch ? valueText(stringMatch) : 'present'}`);

function valueText({ exact, prefix, suffix, contains, safeRegex }: StringMatcher): string {
  if (exact !== undefined) return quoted(exact);
  if (prefix !== undefined) return `begins with ${quoted(prefix)}`;
  if (suffix !== undefined) return `ends with ${quoted(suffix)}`;
  if (contains !== undefined) return `holds ${quoted(contains)}`;
  return `like ${quoted(safeRegex?.regex ?? '')}`;
}
