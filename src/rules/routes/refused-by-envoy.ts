import { COMMANDS, type FormatFault, formatFault } from '../../envoy/http/format-commands';
import { configs } from '../../mesh/settings/configs';
import { meshConfigSource } from '../../mesh/settings/mesh-config';
import type { Mesh } from '../../mesh/mesh';
import { type Policy, attachment, workloadsUnder } from '../../mesh/policies/policy-enforcers';
import type { BadName } from '../../schema/names';
import { whyUnreadable } from '../../schema/webhook/values/header-value';
import { didYouMean } from '../../schema/spelling';
import { compilation } from '../../schema/webhook/values/regex';
import { isRecord } from '../../source/record';
import type { Field } from '../../source/field';
import { routesOfApi } from '../gateway-api/api-routes';
import { type Context, rule } from '../rule';
import { logFormats } from '../telemetry/log-formats';
import { headerChanges } from './header-changes';

export default rule({
  name: 'refused-by-envoy',
  category: 'traffic',
  severity: 'error',
  summary: 'Istio accepts the object, and Envoy refuses the configuration that is made of it.',
  url: 'https://istio.io/latest/docs/ops/diagnostic-tools/proxy-cmd/',
  docs: `
    The API server and the control plane accept the value, and Envoy rejects the routes or the
    listener that contain it. The proxy then keeps its old configuration, without this change and
    all later ones, and a new proxy has none. \`istioctl proxy-status\` shows such proxies as STALE.

    Fix: regular expressions must be RE2, without lookahead and references to groups. Write \`%%\`
    for a literal \`%\` in the value of a header, and only commands that Envoy has, such as
    \`%REQ(X-USER)%\`; the same holds for the formats of access logs. Redirects have the status 301, 302, 303, 307 or 308.
    A set of keys needs a key, and a header or query parameter to hash needs a name.
  `,
  check(context) {
    checkRoutes(context);
    checkFormats(context);
    for (const service of configs(context.mesh, 'VirtualService'))
      for (const field of service.each('spec.http[].redirect.redirectCode'))
        if (field.value !== 0 && !REDIRECTS.has(field.value))
          context.report(
            field,
            `Envoy has no redirect with status ${field.value}, and refuses all routes beside this one`,
          );
    for (const authentication of configs(context.mesh, 'RequestAuthentication').filter((each) =>
      isSent(context.mesh, each),
    ))
      for (const field of authentication.each('spec.jwtRules[].jwks'))
        if (isWithoutKeys(field.value)) context.report(field, 'Envoy refuses the listener: the set of keys is empty');
    for (const destinationRule of configs(context.mesh, 'DestinationRule')) checkHashes(context, destinationRule);
  },
});

/** istio: ApplyRedirect, which leaves out the action for other codes; Envoy requires one. */
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/** The API server does not know what RE2 and Envoy's formatter take. */
function checkRoutes(context: Context): void {
  for (const route of routesOfApi(context.mesh))
    for (const [path, field] of scalarsBelow(route.at(['spec', 'rules'])))
      checkText(context, field, whyRefused(path, field, route.at(path.slice(0, -1)).value));
}

function whyRefused(
  path: readonly (string | number)[],
  { value }: Field<string>,
  holder: unknown,
): BadName | undefined {
  if (isRecord(holder) && holder['type'] === 'RegularExpression' && path.includes('matches'))
    return EXPRESSIONS.has(String(path.at(-1))) ? compilation(value) : undefined;
  const isSet = path.at(-1) === 'value' && MODIFIERS.has(String(path.at(-4)));
  const why = isSet ? (whyUnreadable(value) ?? textOf(formatFault(value))) : undefined;
  return why === undefined ? undefined : { because: `is not a valid header value: ${why}` };
}

const EXPRESSIONS: ReadonlySet<string> = new Set(['value', 'service', 'method']);
const MODIFIERS: ReadonlySet<string> = new Set(['requestHeaderModifier', 'responseHeaderModifier']);

function checkText({ report }: Context, field: Field<string>, fault: BadName | undefined): void {
  if (fault) report(field, `"${field.value}" ${fault.because}, so Envoy refuses all routes beside this one`);
}

/** Istio looks at the percent signs of a format, and not at the commands. */
function checkFormats({ mesh, report }: Context): void {
  for (const { field } of headerChanges(mesh)) {
    const fault = whyUnreadable(field.value) === undefined ? formatFault(field.value) : undefined;
    if (fault) report(field, `${faultText(fault)}, so Envoy refuses all routes beside this one${hintFor(fault)}`);
  }
  const place = meshConfigSource(mesh)?.field;
  if (!place) return;
  for (const { path, text } of logFormats(mesh)) {
    const fault = formatFault(text, WITH_FORMATTERS);
    if (!fault) continue;
    report(place, `${path}: ${faultText(fault)}, so Envoy refuses every listener${hintFor(fault)}`, { about: path });
  }
}

/** Istio brings the extension with this command where a log needs it. */
const WITH_FORMATTERS: ReadonlySet<string> = new Set(['REQ_WITHOUT_QUERY']);

const textOf = (fault: FormatFault | undefined): string | undefined => fault && faultText(fault) + hintFor(fault);

const hintFor = (fault: FormatFault): string =>
  fault.kind === 'unknown command' ? didYouMean(fault.name, COMMANDS) : '';

function faultText(fault: FormatFault): string {
  switch (fault.kind) {
    case 'no command':
      return `"${fault.text}" is not a command; write a literal "%" as "%%"`;
    case 'unknown command':
      return `Envoy has no command "%${fault.name}%"`;
    case 'needs arguments':
      return `the command "%${fault.name}%" needs arguments in brackets`;
    case 'takes no arguments':
      return `the command "%${fault.name}%" takes no arguments and no length`;
    case 'takes no length':
      return `the command "%${fault.name}%" takes no length`;
    case 'bad header name':
      return `"${fault.header}" in the command "%${fault.name}%" is not a header name`;
  }
}

/** Every text below a field, with the path from the object. */
function scalarsBelow(field: Field): [(string | number)[], Field<string>][] {
  const { value } = field;
  if (typeof value === 'string') return [[[...field.path], field as Field<string>]];
  if (Array.isArray(value)) return field.items().flatMap((item) => scalarsBelow(item as Field));
  return isRecord(value) ? Object.keys(value).flatMap((key) => scalarsBelow(field.child(key))) : [];
}

/** A policy that is attached to what has no proxy reaches none. */
const isSent = (mesh: Mesh, policy: Policy): boolean =>
  attachment(policy).targetRefs.length === 0 || workloadsUnder(mesh, policy).length > 0;

function isWithoutKeys(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) && 'keys' in value && (value['keys'] === null || isEmpty(value['keys']));
  } catch {
    return false; // That it is not JSON is said already.
  }
}

const isEmpty = (value: unknown): boolean => Array.isArray(value) && value.length === 0;

function checkHashes(
  { report }: Context,
  destinationRule: ReturnType<typeof configs<'DestinationRule'>>[number],
): void {
  const policies = [
    ...destinationRule.each('spec.trafficPolicy'),
    ...destinationRule.each('spec.subsets[].trafficPolicy'),
  ].flatMap((policy) => [policy.get('loadBalancer'), ...policy.each('portLevelSettings[].loadBalancer')]);
  for (const balancer of policies)
    for (const name of ['httpHeaderName', 'httpQueryParameterName'] as const) {
      const field = balancer.get('consistentHash').get(name);
      if (field.value === '') report(field, `"${name}" is empty, so Envoy refuses the routes to this host`);
    }
}
