/** Why a request cannot be sent, in words. */
import { listed } from '../source/listed';
import type { HopRequestFault, RequestFault } from '../simulation/request-error';
import type { NameChoices } from '../mesh/workloads/name-choices';
import type { FoundProxy } from '../mesh/workloads/proxy';
import { injectionText } from './injection';

/** A fault as a clause. */
export function requestFaultText(fault: RequestFault): string {
  switch (fault.kind) {
    case 'no scheme':
      return `"${fault.url}" is not a URL: add a scheme, for example ${fault.suggested}`;
    case 'unknown scheme':
      return `"${fault.url}" cannot be requested; known schemes: ${fault.schemes.join(', ')}`;
    case 'no port':
      return `"${fault.url}" has no port, and ${fault.scheme} has no default port`;
    case 'no host':
      return `"${fault.url}" has no host`;
    case 'bad host':
      return `"${fault.host}" in "${fault.url}" is not a host name`;
    case 'bad port':
      return `"${fault.port}" in "${fault.url}" is not a port; ports are numbers from 1 to 65535`;
    case 'bad method':
      return `"${fault.method}" is not an HTTP method`;
    case 'bad header name':
      return `"${fault.name}" is not a header name`;
    case 'bad header value':
      return `the value of header "${fault.name}" contains a line break`;
    case 'bad source address':
      return `"${fault.address}" is not an IP address`;
    case 'workload and gateway':
      return 'use either --from or --gateway';
    case 'workload with an address':
      return 'a workload has its own address and identity; only a client outside can be given another';
    case 'inbound of a gateway':
      return 'the config_dump is that of a gateway, which has no inbound listener';
    case 'unknown gateway':
      return `unknown gateway "${fault.name}"; ${choicesText(fault.choices, 'the input has no gateway')}`;
    case 'not a gateway':
      return `"${fault.name}" is not a gateway; it is a workload with a sidecar; ${choicesText(fault.choices, 'the input has no gateway')}`;
    case 'unknown workload':
      return `unknown workload "${fault.name}"; ${choicesText(fault.choices, 'the input has no workload')}`;
    case 'is a gateway':
      return `"${fault.name}" is a gateway; name it with --gateway`;
    case 'is a waypoint':
      return `"${fault.name}" is a waypoint; it does not send requests itself`;
    case 'no pods':
      return `${fault.of} "${fault.name}" has no pods that could send a request`;
    case 'no proxy':
      return missingProxyText(fault.name, fault.found);
    case 'not curl':
      return `"${fault.program}" is not curl`;
    case 'open quote':
      return `the quote ${fault.quote} of the command line is not closed`;
    case 'curl without URL':
      return 'the curl command has no URL';
    case 'curl option without value':
      return `option ${fault.option} of curl requires a value`;
    case 'HAR without entries':
      return 'not an HTTP archive: it has no list "log.entries"';
    case 'HAR without requests':
      return 'the HTTP archive has no request';
    case 'HAR without URL':
      return 'the HTTP archive has a request without "url"';
    case 'log line without request':
      return "the line is not an HTTP request in Istio's default log format";
    case 'log line not JSON':
      return 'the line starts as JSON, but is not valid JSON';
    case 'several log lines':
      return `expected one access log line, found ${fault.count}; pass one at a time`;
    case 'no list of requests':
      return 'expected a list of requests';
    case 'bad request in list':
      return `request ${fault.index} is not valid: ${hopRequestFaultText(fault.fault)}`;
  }
}

function hopRequestFaultText(fault: HopRequestFault): string {
  if (fault.kind === 'not an object') return 'it is not an object';
  const { field, expected } = fault;
  switch (expected) {
    case 'text':
      return `"${field}" must be a text`;
    case 'port':
      return `"${field}" must be a number from 1 to 65535`;
    case 'object':
      return `"${field}" must be an object`;
    default:
      return `"${field}" must be one of ${expected.join(', ')}`;
  }
}

/** Why a workload has no proxy. */
export function missingProxyText(name: string, found: Exclude<FoundProxy, { proxy: unknown }>): string {
  if (found.because === 'unknown') return `unknown proxy "${name}"; ${proxyChoicesText(found.choices)}`;
  const { kind, injection } = found.workload;
  switch (found.because) {
    case 'ambient':
      return `${kind} "${name}" has no sidecar: it is in ambient mode`;
    case 'no-proxy':
      return `${kind} "${name}" has no sidecar: ${injectionText(injection.reason)}`;
    case 'no-pods':
      return `${kind} "${name}" has no pods, so it has no proxy`;
  }
}

/** The names of proxies as the end of a sentence. */
export const proxyChoicesText = (choices: NameChoices): string =>
  choicesText(choices, 'the input has no workload with a sidecar and no gateway');

/** As many names as fit into one line. */
const MOST_NAMES = 10;

function choicesText(choices: NameChoices, none: string): string {
  const { names } = choices;
  if (names.length === 0) return none;
  switch (choices.kind) {
    case 'of service':
      return `Service ${choices.service} has ${names.length === 1 ? 'the workload' : 'the workloads'} ${listed(names, MOST_NAMES)}`;
    case 'similar':
      return `did you mean ${names.slice(0, MOST_NAMES).map(quoted).join(' or ')}?`;
    case 'all':
      return `choose from ${listed(names, MOST_NAMES)}`;
  }
}

const quoted = (name: string): string => `"${name}"`;
