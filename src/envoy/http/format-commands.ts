/** The commands of Envoy's format strings: `%NAME%`, `%NAME(arguments):length%`, and `%%` for a percent sign. */
import { own } from '../own';

/** Why Envoy refuses a format string. `text` begins with the percent sign. */
export type FormatFault =
  | { readonly kind: 'no command'; readonly text: string }
  | { readonly kind: 'unknown command'; readonly name: string }
  | { readonly kind: 'needs arguments'; readonly name: string }
  | { readonly kind: 'takes no arguments'; readonly name: string }
  | { readonly kind: 'takes no length'; readonly name: string }
  | { readonly kind: 'bad header name'; readonly name: string; readonly header: string };

/** What stands behind the name of a command. */
interface Syntax {
  readonly arguments: 'none' | 'optional' | 'required';
  readonly takesLength?: true;
}

/** Commands without arguments. */
const ALONE = `
  ACCESS_LOG_TYPE BYTES_RECEIVED BYTES_RETRANSMITTED BYTES_SENT CONNECTION_ID CONNECTION_TERMINATION_DETAILS
  CUSTOM_FLAGS DOWNSTREAM_CX_RTT DOWNSTREAM_DECOMPRESSED_HEADER_BYTES_RECEIVED
  DOWNSTREAM_DECOMPRESSED_HEADER_BYTES_SENT DOWNSTREAM_DETECTED_CLOSE_TYPE DOWNSTREAM_DIRECT_LOCAL_ADDRESS
  DOWNSTREAM_DIRECT_LOCAL_ADDRESS_ENDPOINT_ID DOWNSTREAM_DIRECT_LOCAL_PORT DOWNSTREAM_DIRECT_REMOTE_ADDRESS
  DOWNSTREAM_DIRECT_REMOTE_PORT DOWNSTREAM_HANDSHAKE_DURATION DOWNSTREAM_HEADER_BYTES_RECEIVED
  DOWNSTREAM_HEADER_BYTES_SENT DOWNSTREAM_LOCAL_ADDRESS DOWNSTREAM_LOCAL_ADDRESS_ENDPOINT_ID
  DOWNSTREAM_LOCAL_CLOSE_REASON DOWNSTREAM_LOCAL_DNS_SAN DOWNSTREAM_LOCAL_EMAIL_SAN DOWNSTREAM_LOCAL_IP_SAN
  DOWNSTREAM_LOCAL_OTHERNAME_SAN DOWNSTREAM_LOCAL_PORT DOWNSTREAM_LOCAL_SUBJECT DOWNSTREAM_LOCAL_URI_SAN
  DOWNSTREAM_PEER_CERT DOWNSTREAM_PEER_CHAIN_FINGERPRINTS_1 DOWNSTREAM_PEER_CHAIN_FINGERPRINTS_256
  DOWNSTREAM_PEER_CHAIN_SERIALS DOWNSTREAM_PEER_DNS_SAN DOWNSTREAM_PEER_EMAIL_SAN DOWNSTREAM_PEER_FINGERPRINT_1
  DOWNSTREAM_PEER_FINGERPRINT_256 DOWNSTREAM_PEER_IP_SAN DOWNSTREAM_PEER_ISSUER
  DOWNSTREAM_PEER_ISSUER_FINGERPRINT_256 DOWNSTREAM_PEER_ISSUER_SERIAL DOWNSTREAM_PEER_OTHERNAME_SAN
  DOWNSTREAM_PEER_SERIAL DOWNSTREAM_PEER_SUBJECT DOWNSTREAM_PEER_URI_SAN DOWNSTREAM_REMOTE_ADDRESS
  DOWNSTREAM_REMOTE_PORT DOWNSTREAM_TLS_CIPHER DOWNSTREAM_TLS_GROUP DOWNSTREAM_TLS_SESSION_ID
  DOWNSTREAM_TLS_VERSION DOWNSTREAM_TRANSPORT_FAILURE_REASON DOWNSTREAM_WIRE_BYTES_RECEIVED
  DOWNSTREAM_WIRE_BYTES_SENT DURATION FILTER_CHAIN_NAME GRPC_STATUS_NUMBER HOSTNAME LISTENER_NAME LOCAL_REPLY_BODY
  PROTOCOL REQUEST_DURATION REQUEST_HEADERS_BYTES REQUEST_TX_DURATION RESPONSE_CODE RESPONSE_DURATION
  RESPONSE_FLAGS RESPONSE_FLAGS_LONG RESPONSE_HEADERS_BYTES RESPONSE_TRAILERS_BYTES RESPONSE_TX_DURATION
  ROUNDTRIP_DURATION ROUTE_NAME ROUTE_RESOLUTION_COUNT ROUTE_RESOLUTION_TIME_US SPAN_ID STREAM_ID
  TLS_JA3_FINGERPRINT TLS_JA4_FINGERPRINT TRACE_ID UNIQUE_ID UPSTREAM_CLUSTER UPSTREAM_CLUSTER_RAW
  UPSTREAM_CONNECTION_ID UPSTREAM_CONNECTION_IDS_ATTEMPTED UPSTREAM_CONNECTION_POOL_READY_DURATION
  UPSTREAM_DECOMPRESSED_HEADER_BYTES_RECEIVED UPSTREAM_DECOMPRESSED_HEADER_BYTES_SENT UPSTREAM_DETECTED_CLOSE_TYPE
  UPSTREAM_HEADER_BYTES_RECEIVED UPSTREAM_HEADER_BYTES_SENT UPSTREAM_HOST UPSTREAM_HOSTS_ATTEMPTED
  UPSTREAM_HOSTS_ATTEMPTED_WITHOUT_PORT UPSTREAM_HOST_NAME UPSTREAM_HOST_NAMES_ATTEMPTED
  UPSTREAM_HOST_NAMES_ATTEMPTED_WITHOUT_PORT UPSTREAM_HOST_NAME_WITHOUT_PORT UPSTREAM_LOCAL_ADDRESS
  UPSTREAM_LOCAL_CLOSE_REASON UPSTREAM_LOCAL_DNS_SAN UPSTREAM_LOCAL_IP_SAN UPSTREAM_LOCAL_PORT
  UPSTREAM_LOCAL_URI_SAN UPSTREAM_PEER_CERT UPSTREAM_PEER_DNS_SAN UPSTREAM_PEER_IP_SAN UPSTREAM_PEER_ISSUER
  UPSTREAM_PEER_SUBJECT UPSTREAM_PEER_URI_SAN UPSTREAM_PROTOCOL UPSTREAM_REMOTE_ADDRESS
  UPSTREAM_REMOTE_ADDRESS_ENDPOINT_ID UPSTREAM_REMOTE_PORT UPSTREAM_REQUEST_ATTEMPT_COUNT UPSTREAM_SERVER_NAME
  UPSTREAM_TLS_CIPHER UPSTREAM_TLS_GROUP UPSTREAM_TLS_SESSION_ID UPSTREAM_TLS_VERSION
  UPSTREAM_TRANSPORT_FAILURE_REASON UPSTREAM_WIRE_BYTES_RECEIVED UPSTREAM_WIRE_BYTES_SENT VIRTUAL_CLUSTER_NAME
`;

/** Commands whose arguments may be left out, such as the format of a time. */
const OPTIONAL = `
  DOWNSTREAM_DIRECT_LOCAL_ADDRESS_WITHOUT_PORT DOWNSTREAM_DIRECT_REMOTE_ADDRESS_WITHOUT_PORT
  DOWNSTREAM_LOCAL_ADDRESS_WITHOUT_PORT DOWNSTREAM_PEER_CERT_V_END DOWNSTREAM_PEER_CERT_V_START
  DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT EMIT_TIME EMIT_TIME_LOCAL GRPC_STATUS REQUESTED_SERVER_NAME
  RESPONSE_CODE_DETAILS START_TIME START_TIME_LOCAL UPSTREAM_LOCAL_ADDRESS_WITHOUT_PORT UPSTREAM_PEER_CERT_V_END
  UPSTREAM_PEER_CERT_V_START UPSTREAM_REMOTE_ADDRESS_WITHOUT_PORT
`;

/** Commands whose arguments may be left out, and whose value can be cut off. */
const OPTIONAL_CUT = `
  PATH QUERY_PARAMS
`;

/** Commands that need arguments. */
const REQUIRED = `
  CLUSTER_METADATA COMMON_DURATION PER_REQUEST_STATE UPSTREAM_METADATA
`;

/** Commands that need arguments, and whose value can be cut off. */
const REQUIRED_CUT = `
  CEL COALESCE DYNAMIC_METADATA ENVIRONMENT FILTER_STATE METADATA QUERY_PARAM REQ REQUEST_HEADER RESP
  RESPONSE_HEADER RESPONSE_TRAILER STREAM_INFO_REQ TRAILER UPSTREAM_FILTER_STATE
`;

const table = (names: string, syntax: Syntax): [string, Syntax][] =>
  names
    .trim()
    .split(/\s+/)
    .map((name) => [name, syntax]);

/** By name. envoy: CommandSyntaxChecker, with the flags of StreamInfoFormatter and HttpBuiltInCommandParser. */
const SYNTAX: Readonly<Record<string, Syntax>> = Object.fromEntries([
  ...table(ALONE, { arguments: 'none' }),
  ...table(OPTIONAL, { arguments: 'optional' }),
  ...table(OPTIONAL_CUT, { arguments: 'optional', takesLength: true }),
  ...table(REQUIRED, { arguments: 'required' }),
  ...table(REQUIRED_CUT, { arguments: 'required', takesLength: true }),
]);

/** The names of all commands. */
export const COMMANDS: readonly string[] = Object.keys(SYNTAX);

/** Commands whose arguments are the name of a header, or two names with "?" between them. */
const OF_HEADERS: ReadonlySet<string> = new Set(
  'REQ RESP TRAILER REQUEST_HEADER RESPONSE_HEADER RESPONSE_TRAILER STREAM_INFO_REQ'.split(' '),
);

const COMMAND = /%(?:%|([A-Z0-9_]+)(?:\((.*?)\))?(?::(\d+))?%)/y;

/** The first fault of a format string; `more` are commands that an extension brings. envoy: SubstitutionFormatParser::parse. */
export function formatFault(format: string, more: ReadonlySet<string> = new Set()): FormatFault | undefined {
  for (let at = format.indexOf('%'); at >= 0; at = format.indexOf('%', at)) {
    COMMAND.lastIndex = at;
    const found = COMMAND.exec(format);
    if (!found) return { kind: 'no command', text: format.slice(at) };
    const [whole, name, args, length] = found;
    const fault = name === undefined || more.has(name) ? undefined : commandFault(name, args, length);
    if (fault) return fault;
    at += whole.length;
  }
  return undefined;
}

function commandFault(name: string, args = '', length?: string): FormatFault | undefined {
  const syntax = own(SYNTAX, name);
  if (!syntax) return { kind: 'unknown command', name };
  if (syntax.arguments === 'required' && args === '') return { kind: 'needs arguments', name };
  if (syntax.arguments === 'none' && args !== '') return { kind: 'takes no arguments', name };
  if (!syntax.takesLength && length !== undefined)
    return { kind: syntax.arguments === 'none' ? 'takes no arguments' : 'takes no length', name };
  if (!OF_HEADERS.has(name)) return undefined;
  const header = args.split('?').find((each) => !HEADER_NAME.test(each));
  return header === undefined ? undefined : { kind: 'bad header name', name, header };
}

/** A name of a header or pseudo-header. envoy: Http::HeaderUtility::headerNameIsValid */
const HEADER_NAME = /^[:!#$%&'*+\-.^_`|~0-9A-Za-z]*$/;
