/** What is logged unless somebody says otherwise, and what formats need of Envoy. */
import { message } from '../message';

const REQUEST = '"%REQ(:METHOD)% %REQ(X-ENVOY-ORIGINAL-PATH?:PATH)% %PROTOCOL%"';
const RESPONSE = '%RESPONSE_CODE% %RESPONSE_FLAGS% %RESPONSE_CODE_DETAILS% %CONNECTION_TERMINATION_DETAILS%';
const TRANSFER = '%BYTES_RECEIVED% %BYTES_SENT% %DURATION% %RESP(X-ENVOY-UPSTREAM-SERVICE-TIME)%';
const HEADERS = '"%REQ(X-FORWARDED-FOR)%" "%REQ(USER-AGENT)%" "%REQ(X-REQUEST-ID)%" "%REQ(:AUTHORITY)%"';
const UPSTREAM = '"%UPSTREAM_HOST%" %UPSTREAM_CLUSTER_RAW% %UPSTREAM_LOCAL_ADDRESS%';
const DOWNSTREAM = '%DOWNSTREAM_LOCAL_ADDRESS% %DOWNSTREAM_REMOTE_ADDRESS% %REQUESTED_SERVER_NAME%';

/** istio: model.EnvoyTextLogFormat */
export const TEXT_FORMAT = [
  '[%START_TIME%]',
  REQUEST,
  RESPONSE,
  '"%UPSTREAM_TRANSPORT_FAILURE_REASON%"',
  TRANSFER,
  HEADERS,
  UPSTREAM,
  DOWNSTREAM,
  '%ROUTE_NAME%\n',
].join(' ');

/** istio: model.EnvoyJSONLogFormatIstio */
export const JSON_FORMAT = {
  ...named('START_TIME', 'ROUTE_NAME', 'PROTOCOL', 'RESPONSE_CODE', 'RESPONSE_FLAGS', 'RESPONSE_CODE_DETAILS'),
  ...named('CONNECTION_TERMINATION_DETAILS', 'BYTES_RECEIVED', 'BYTES_SENT', 'DURATION', 'UPSTREAM_HOST'),
  ...named('UPSTREAM_LOCAL_ADDRESS', 'DOWNSTREAM_LOCAL_ADDRESS', 'DOWNSTREAM_REMOTE_ADDRESS'),
  ...named('REQUESTED_SERVER_NAME', 'UPSTREAM_TRANSPORT_FAILURE_REASON'),
  method: '%REQ(:METHOD)%',
  path: '%REQ(X-ENVOY-ORIGINAL-PATH?:PATH)%',
  authority: '%REQ(:AUTHORITY)%',
  request_id: '%REQ(X-REQUEST-ID)%',
  user_agent: '%REQ(USER-AGENT)%',
  x_forwarded_for: '%REQ(X-FORWARDED-FOR)%',
  upstream_cluster: '%UPSTREAM_CLUSTER_RAW%',
  upstream_service_time: '%RESP(X-ENVOY-UPSTREAM-SERVICE-TIME)%',
};

/** Commands that are logged under their own names. */
function named(...commands: string[]): Record<string, string> {
  return Object.fromEntries(commands.map((command) => [command.toLowerCase(), `%${command}%`]));
}

/** The one command that Envoy does not know without help. istio: accessLogFormatters */
export function formatters(formats: readonly unknown[]): { formatters?: object[] } {
  const needed = formats.some((format) => typeof format === 'string' && format.includes('%REQ_WITHOUT_QUERY'));
  return needed ? { formatters: [withoutQuery] } : {};
}

const withoutQuery = {
  name: 'envoy.formatter.req_without_query',
  typedConfig: message('envoy.extensions.formatter.req_without_query.v3.ReqWithoutQuery', {}),
};
