/** Values that another program fills in later: what stands there now is unknown, not wrong. */
import { type Path, valueAt } from './path';
import type { Resource } from './resource';

/** How a marker looks that no value of a finished object contains. */
const MARKERS: readonly RegExp[] = [
  /\$\{[^{}]*\}/, // envsubst, Flux, Terraform
  /\$\([A-Za-z_][\w.-]*(:?[-=+?][^()]*)?\)/, // variables of kustomize and of Tekton
  /\$[A-Z][A-Z0-9_]+\b/, // envsubst, Argo CD
  // Go templates, Jinja, mustache. A variable such as "{{$i}}" needs actions around it, with which nothing here would be YAML.
  /\{\{-?\s*([A-Za-z."(`]|\$\.)[^]*?\}\}/,
  /\{%-?\s*\w[^]*?%\}/, // Jinja
  /\(@=?\s[^]*?@\)/, // ytt
  /%\([A-Za-z_]\w*\)[sdif]/, // Jsonnet
  /\\\([A-Za-z_][\w.]*\)/, // CUE
  /\(\([A-Za-z][\w./-]*\)\)/, // Concourse
  /#\{[A-Za-z_][\w.-]*\}#?/, // Azure Pipelines, Octopus
  /@[A-Z][A-Z0-9_]*@|__[A-Z][A-Z0-9_]*__|##[A-Z][A-Z0-9_]*##/, // autoconf, sed
  /^base64\([^()]*\)$/, // what a Secret should hold, as documentation writes it
  /<path:[^<>]+>/, // the Vault plugin of Argo CD
  /^<(?:\*\.)?[A-Za-z][\w .:/-]*>$|<<[A-Za-z][\w .-]*>>/,
  /^\{[A-Z][A-Z0-9_]+\}$/, // texts that a program replaces by itself
  /^ENC\[[A-Z0-9_]+,data:/, // SOPS
];

/** The same for regular expressions, in which most markers are something else. */
const MARKERS_IN_EXPRESSIONS: readonly RegExp[] = [
  /\$\{[A-Za-z_]\w*(:?[-=+?][^{}]*)?\}/,
  /\{\{-?\s*(\.|\$\.|\s)[A-Za-z][^]*?\}\}/,
  /##[A-Z][A-Z0-9_]*##/,
];

/** Fields whose values are names and hosts: a word in capitals is not one of these, and waits to be replaced. */
const NAMES: ReadonlySet<string> = new Set([
  ...['name', 'namespace', 'host', 'hosts', 'hostname', 'hostnames', 'gateways', 'exportTo', 'namespaces'],
  ...['principals', 'serviceAccountName', 'serviceAccount', 'credentialName', 'secretName', 'serviceName'],
  ...['address', 'addresses', 'issuer', 'jwksUri', 'externalName', 'dnsNames', 'commonName', 'ipBlocks'],
  ...['gatewayClassName', 'controllerName'],
]);
const WORDS =
  /(^|[./@:-]|\*\.)(<(?:\*\.)?[A-Za-z][\w .-]*>|%[A-Z][A-Z0-9_]*%|placeholder[A-Z]\w*|[A-Z][A-Z0-9]*([_-][A-Z0-9]+)+|NAMESPACE|DOMAIN|HOST|HOSTNAME|NAME|PROJECT|CLUSTER|REGION|SERVICE|CHANGEME|REPLACEME|TODO|PLACEHOLDER)($|[./:@-])/;

/** Environment variables, ports and headers have names of their own, which may be in capitals. */
const HAVE_OTHER_NAMES: ReadonlySet<string | number> = new Set(['env', 'ports', 'port', 'headers', 'filters', 'patch']);

/** A character that each of the notations needs: most texts have none of them. */
const HINT = /[${<@#%\\(]|__|[A-Z]{2}|placeholder[A-Z]|^ENC\[/;

/** Whether a text waits to be filled in. Its place tells which of several notations it can hold. */
function isPlaceholder(text: string, path: Path, language: 'text' | 'expression' = 'text'): boolean {
  if (!HINT.test(text)) return false;
  if (language === 'expression' || isExpression(path)) return MARKERS_IN_EXPRESSIONS.some((each) => each.test(text));
  if (MARKERS.some((marker) => marker.test(text))) return true;
  return isNameIn(path) && !path.some((step) => HAVE_OTHER_NAMES.has(step)) && WORDS.test(text);
}

/** Whether the value at a path is a name or a host: its field says so, or for the addresses of a Gateway the list around it. */
function isNameIn(path: Path): boolean {
  const field = path.findLast((step) => typeof step === 'string');
  return NAMES.has(String(field)) || (field === 'value' && path.at(-3) === 'addresses');
}

const isExpression = (path: Path): boolean => /regex|pattern|expression|inlineCode|^jwks$/i.test(String(path.at(-1)));

const known = new WeakMap<object, readonly Path[]>();
const NONE: readonly Path[] = [];

/** Where an object waits to be filled in, as the paths of the values and keys that do. What a cluster holds is finished. */
export function placeholdersOf({ written, document }: Resource<unknown>): readonly Path[] {
  if (written === null || typeof written !== 'object' || document.file.isGenerated) return NONE;
  const before = known.get(written);
  if (before) return before;
  const found: Path[] = [];
  collect(written, [], found);
  if (document.file.chart !== undefined) collectOpen(written, [], found);
  known.set(written, found);
  return found;
}

/**
 * In what is rendered from a chart: values that its default values leave open. A template prints nothing for them, so that the value is
 * null, or a part of a name or a host is empty.
 */
function collectOpen(value: unknown, path: (string | number)[], found: Path[]): void {
  if (value === null || (typeof value === 'string' && isNameWithGap(value, path))) found.push([...path]);
  if (value === null || typeof value !== 'object') return;
  for (const [key, child] of Array.isArray(value) ? value.entries() : Object.entries(value)) {
    path.push(key);
    collectOpen(child, path, found);
    path.pop();
  }
}

/** `""`, `*.`, `cart..svc` and the like: no name or host is empty, ends with a separator or has two beside each other. */
const isNameWithGap = (text: string, path: Path): boolean =>
  isNameIn(path) &&
  !path.some((step) => HAVE_OTHER_NAMES.has(step)) &&
  text !== '.' &&
  /^$|^[-@]|^\.(?!\/)|[-./@]$|\.\.|[^:]\/\//.test(text);

/** Whether a field right at a path is one that the values of a chart leave open. */
export const hasOpenField = (resource: Resource<unknown>, path: Path): boolean =>
  placeholdersOf(resource).some(
    (unknown) =>
      unknown.length === path.length + 1 && beginsWith(unknown, path) && valueAt(resource.written, unknown) === null,
  );

/** The places within a value that is no object of its own, such as YAML in a text, where it waits to be filled in. */
export function placeholdersIn(value: unknown): readonly Path[] {
  const found: Path[] = [];
  collect(value, [], found);
  return found;
}

/** The path is that of the value and is the same array during the whole walk: what is found gets a copy. */
function collect(value: unknown, path: (string | number)[], found: Path[], language?: 'expression'): void {
  if (typeof value === 'string') {
    if (!value.trimEnd().includes('\n') && isPlaceholder(value, path, language)) found.push([...path]);
    return;
  }
  if (value === null || typeof value !== 'object' || isFilledInByKubernetes(path)) return;
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) {
      path.push(index);
      collect(item, path, found);
      path.pop();
    }
    return;
  }
  const inside = 'type' in value && value.type === 'RegularExpression' ? 'expression' : undefined;
  for (const [key, child] of Object.entries(value)) {
    const isKey = isPlaceholder(key, path, 'expression');
    path.push(key);
    if (isKey) found.push([...path]);
    else collect(child, path, found, inside);
    path.pop();
  }
}

/** Kubernetes itself replaces `$(NAME)` in the arguments and the environment of containers. */
function isFilledInByKubernetes(path: Path): boolean {
  const [list, index, field] = [path.at(-3), path.at(-2), path.at(-1)];
  return (
    (list === 'containers' || list === 'initContainers') &&
    typeof index === 'number' &&
    ['args', 'command', 'env', 'lifecycle'].includes(String(field))
  );
}

/** Whether the value at a path, or one that it lies in, waits to be filled in. */
export const isUnknown = (resource: Resource<unknown>, path: Path): boolean =>
  placeholdersOf(resource).some((unknown) => beginsWith(path, unknown));

/** Whether what is at a path, or at most some levels below it, waits to be filled in. */
export const holdsUnknown = (resource: Resource<unknown>, path: Path, levels = Infinity): boolean =>
  placeholdersOf(resource).some((unknown) => unknown.length <= path.length + levels && beginsWith(unknown, path));

/** Whether a path is another one, or leads on from it. */
export const beginsWith = (path: Path, start: Path): boolean => start.every((step, index) => path[index] === step);
