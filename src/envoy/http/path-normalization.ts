import type { HttpConnectionManager } from '../config';
import { type Run, featureEnabled } from '../run/run';
import type { HeaderMap } from '../run/header-map';
import { queryOf } from '../match/path';
import type { Reply } from './reply';
import { isGrpc } from './stream';

const REFUSED: Reply = { status: 400, details: 'path_normalization_failed' };

/** Rewrites the path as the manager says; an answer where it is refused. envoy: ConnectionManagerUtility::maybeNormalizePath. */
export function normalizePath(run: Run, manager: HttpConnectionManager, request: HeaderMap): Reply | undefined {
  if (!request.has(':path')) return undefined;
  let path = request.path;
  if (path.includes('#')) {
    if (featureEnabled(run, 'http_reject_path_with_fragment', true)) return REFUSED;
    path = path.slice(0, path.indexOf('#'));
  }
  const query = queryOf(path);
  let plain = path.slice(0, path.length - query.length);

  const unescaped = plain.replace(/%2f/gi, '/').replace(/%5c/gi, '\\');
  const action = manager.pathWithEscapedSlashesAction ?? 'KEEP_UNCHANGED';
  const found = unescaped !== plain;
  if (action !== 'KEEP_UNCHANGED' && action !== 'IMPLEMENTATION_SPECIFIC_DEFAULT') plain = unescaped;
  request.set(':path', plain + query);
  if (found && (action === 'REJECT_REQUEST' || (action === 'UNESCAPE_AND_REDIRECT' && isGrpc({ request }))))
    return REFUSED;

  if (manager.normalizePath) {
    const canonical = canonicalPath(plain);
    if (canonical === undefined) return REFUSED;
    plain = canonical;
  }
  if (manager.mergeSlashes) plain = mergeSlashes(plain);
  request.set(':path', plain + query);
  if (!found || action !== 'UNESCAPE_AND_REDIRECT') return undefined;
  return { status: 307, details: 'path_normalization_failed', headers: [['location', request.path]] };
}

/** A path of nothing but slashes keeps two. envoy: PathTransformer::mergeSlashes. */
function mergeSlashes(path: string): string {
  if (!path.includes('//')) return path;
  const segments = path.split('/').filter(Boolean).join('/');
  return `/${segments}${path.endsWith('/') ? '/' : ''}`;
}

/**
 * A path with its dot segments resolved, backslashes turned, letters, digits and `-._~` unescaped and unusual characters escaped;
 * undefined for one that holds an escaped NUL. envoy: PathUtil::canonicalPath.
 */
function canonicalPath(path: string): string | undefined {
  if (path.includes('%00')) return undefined;
  const turned = path.replaceAll('\\', '/').replace(/(^|\/)(\.{1,2});[^/]*/g, '$1$2');
  const escaped = turned
    .replace(/%([0-9a-f]{2})/gi, (escape, code: string) => {
      const character = String.fromCharCode(parseInt(code, 16));
      return /[A-Za-z0-9\-._~]/.test(character) ? character : escape;
    })
    .replace(/["<>^`{|}]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
  return resolveDots(escaped);
}

function resolveDots(path: string): string {
  if (!/\/\.{1,2}(\/|$)/.test(path)) return path;
  const kept: string[] = [];
  const segments = path.split('/').slice(1);
  segments.forEach((segment, index) => {
    const last = index === segments.length - 1;
    if (segment === '..') kept.pop();
    else if (segment !== '.') kept.push(segment);
    if (last && (segment === '..' || segment === '.')) kept.push('');
  });
  return `/${kept.join('/')}`;
}
