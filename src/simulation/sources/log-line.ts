import type { Header } from '../../envoy/run/header-map';
import { TEXT_FORMAT } from '../../pilot/access-log/format';
import type { Request } from '../request';
import { RequestError } from '../request-error';
import { own } from '../../source/own';

/** What a line of an access log tells of a request. */
export interface Logged {
  readonly request: Request;
  readonly status: number;
  readonly flags: string;
  /** The address and port that was connected to, and where from. */
  readonly local: string;
  readonly remote: string;
}

type Values = Readonly<Record<string, string | undefined>>;

/** Reads a line that Envoy wrote in Istio's own format, as text or as JSON. Throws a RequestError where it is neither. */
export function loggedIn(line: string): Logged {
  const count = entriesIn(line);
  if (count > 1) throw new RequestError({ kind: 'several log lines', count });
  const values = line.trim().startsWith('{') ? ofJson(line) : ofText(line);
  const { method, path, authority, sni } = values;
  if (!method || !path || !authority) throw new RequestError({ kind: 'log line without request' });
  const scheme = sni && !sni.startsWith('outbound_') ? 'https' : 'http';
  return {
    request: {
      url: `${scheme}://${authority}${path}`,
      method,
      headers: headersOf(values),
      ...(scheme === 'https' && { sni: sni! }),
    },
    status: Number(values['status'] ?? 0),
    flags: values['flags'] ?? '-',
    local: values['local'] ?? '',
    remote: values['remote'] ?? '',
  };
}

/** Lines are entries of their own, but for a JSON object that is written over several of them. */
function entriesIn(text: string): number {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  return lines[0]?.startsWith('{') ? lines.filter((line) => line.startsWith('{')).length : lines.length;
}

const headersOf = ({ userAgent }: Values): Header[] => (userAgent ? [['user-agent', userAgent]] : []);

function ofJson(line: string): Values {
  let read: unknown;
  try {
    read = JSON.parse(line);
  } catch {
    throw new RequestError({ kind: 'log line not JSON' });
  }
  const at = (name: string): string | undefined => {
    const value = own(read as Record<string, unknown>, name);
    return typeof value === 'string' || typeof value === 'number' ? known(String(value)) : undefined;
  };
  return {
    method: at('method'),
    path: at('path'),
    authority: at('authority'),
    userAgent: at('user_agent'),
    status: at('response_code'),
    flags: at('response_flags'),
    local: at('downstream_local_address'),
    remote: at('downstream_remote_address'),
    sni: at('requested_server_name'),
  };
}

/** The names of what is read, by the operators that write it. */
const NAMES: Readonly<Record<string, string>> = {
  '%REQ(:METHOD)%': 'method',
  '%REQ(X-ENVOY-ORIGINAL-PATH?:PATH)%': 'path',
  '%REQ(:AUTHORITY)%': 'authority',
  '%REQ(USER-AGENT)%': 'userAgent',
  '%RESPONSE_CODE%': 'status',
  '%RESPONSE_FLAGS%': 'flags',
  '%DOWNSTREAM_LOCAL_ADDRESS%': 'local',
  '%DOWNSTREAM_REMOTE_ADDRESS%': 'remote',
  '%REQUESTED_SERVER_NAME%': 'sni',
};

/** The format as an expression: what stands in quotes may hold spaces. */
const LINE = new RegExp(
  TEXT_FORMAT.trim()
    .split(/(%[^%]+%)/)
    .map((part, index, parts) => {
      if (!part.startsWith('%')) return part.replace(/[[\]]/g, '\\$&');
      const isQuoted = parts[index - 1]?.endsWith('"') && parts[index + 1]?.startsWith('"');
      const text = part === '%START_TIME%' ? '[^\\]]*' : isQuoted ? '[^"]*' : '\\S*';
      return own(NAMES, part) ? `(?<${own(NAMES, part)}>${text})` : text;
    })
    .join(''),
);

function ofText(line: string): Values {
  const { groups } = LINE.exec(line) ?? {};
  return Object.fromEntries(Object.entries(groups ?? {}).map(([name, value]) => [name, known(value)]));
}

const known = (value: string): string | undefined => (value === '-' || value === '' ? undefined : value);
