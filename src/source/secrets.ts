/** Values that must never be shown: those of Secrets and environment variables, private keys, tokens and passwords in URLs. */
import type { Field } from './field';
import type { Place, SourceFile } from './file';
import type { Path } from './path';
import type { Resource } from './resource';
import { own } from './own';
import { LONG, SecretValues } from './secret-values';

/** What is shown in the place of a secret. */
export const MASK = '***';

/** Secrets that are known by their form, wherever they stand; quotes and escapes of a text in JSON are part of a key's form. */
const FORMS: readonly RegExp[] = [
  /(?<=-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----)(?:(?!-----END )[\s\S])+/g,
  /\beyJ[\w-]{6,}\.[\w-]+\.[\w-]*/g,
  /(?<=:\/\/)[^\s/?#@"'<>`]+(?=@)/g,
  // A credential in a query: OAuth codes and tokens, API keys, signatures of signed URLs.
  /(?<=[?&;](?:[\w.-]{0,40}(?:token|secret|passw(?:or)?d|api_?key|signature|credential|session|assertion)|code|sig|key)=)[^&#\s"'<>`]+/gi,
];

/** A text without secrets that are known by their form. */
export const withoutSecretForms = (text: string): string =>
  FORMS.reduce((shown, form) => shown.replace(form, MASK), text);

/** The secrets in a text that are known by their form. */
export const secretFormsIn = (text: string): string[] =>
  FORMS.flatMap((form) => Array.from(text.matchAll(form), ([secret]) => secret));

const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

/** What of a Secret is not secret. */
const PUBLIC_FIELDS = ['apiVersion', 'kind', 'metadata', 'type', 'immutable'];

/** A field of a Secret that no Secret has may be `stringData` with a typing error. */
const privateKeysOf = (secret: unknown): Path[] =>
  Object.keys(isObject(secret) ? secret : {}).flatMap((key) => (PUBLIC_FIELDS.includes(key) ? [] : [[key]]));

/** Whether an object is a Secret, or would be one without a typing error in its kind. */
const isSecret = ({ kind, written }: Resource<unknown>): boolean =>
  /^secrets?$/i.test(String(kind)) || (isObject(written) && Object.hasOwn(written, 'stringData'));

/** The values of an object that are secret, each with its address. */
function secretFields(resource: Resource<unknown>): Field[] {
  const fields: Field[] = [];
  const root = resource.written;
  if (isSecret(resource))
    for (const path of [...privateKeysOf(root), ['metadata', 'annotations', LAST_APPLIED]])
      scalarsBelow(valueAt(root, path), path, (at) => fields.push(resource.at(at)));
  environmentOf(root, [], (at) => fields.push(resource.at(at)));
  return fields;
}

const valueAt = (root: unknown, path: Path): unknown =>
  path.reduce<unknown>((value, step) => (isObject(value) ? own(value, step) : undefined), root);

const isObject = (value: unknown): value is Record<string | number, unknown> =>
  value !== null && typeof value === 'object';

function scalarsBelow(value: unknown, path: Path, found: (path: Path) => void): void {
  if (value === null || value === undefined) return;
  if (!isObject(value)) return found(path);
  for (const [step, item] of stepsOf(value)) scalarsBelow(item, [...path, step], found);
}

/** The values of `env` lists, wherever an object has one. */
function environmentOf(value: unknown, path: Path, found: (path: Path) => void): void {
  if (!isObject(value)) return;
  for (const [step, item] of stepsOf(value)) {
    const at = [...path, step];
    if (step === 'env' && Array.isArray(item))
      item.forEach(
        (each: unknown, index) => isObject(each) && scalarsBelow(each['value'], [...at, index, 'value'], found),
      );
    else environmentOf(item, at, found);
  }
}

const stepsOf = (value: object): [string | number, unknown][] =>
  Array.isArray(value) ? value.map((item, index) => [index, item]) : Object.entries(value);

/** The text of a file with every secret in it covered, each character in its place. */
export function maskedText(file: SourceFile): string {
  const { text } = file;
  if (!MAY_HOLD_SECRETS.test(text)) return text;
  const spans = file.resources.flatMap((resource) => secretFields(resource).map((field) => spanOf(field, file)));
  const byValue = new SecretValues(longSecretsOf([file])).replacedIn(cover(text, spans), covering);
  const byForm = FORMS.reduce((shown, form) => shown.replace(form, covering), byValue);
  const byGenerator = text.includes('secretGenerator') ? byForm.replace(LITERALS, covering) : byForm;
  return file.problems.length > 0 || holdsUnnamedSecret(file) ? coverUnread(byGenerator) : byGenerator;
}

/** Whether something looks like a Secret that is no object, such as one whose field `kind` is missing or misspelt. */
function holdsUnnamedSecret({ text, resources }: SourceFile): boolean {
  const secrets = resources.filter(isSecret).length;
  return [/\bstringData\b/g, KIND_SECRET].some((sign) => Array.from(text.matchAll(sign)).length > secrets);
}

/** A field of an object itself that says Secret, whatever it is called: `kimd: Secret`. */
const KIND_SECRET = /(?:^ {0,6}(?:- )?|[{,]\s*)["']?[\w-]+["']?\s*:\s*["']?Secrets?\b/gim;

/** The values of literals such as `password=...` in a kustomization. */
const LITERALS = /(?<=["'][\w.-]{1,253}=)[^"'\n]+|(?<=^[ \t]*-[ \t]+[\w.-]{1,253}=).+/gm;

const MAY_HOLD_SECRETS =
  /[Ss]ecret|stringData|secretGenerator|PRIVATE KEY-----|\beyJ|:\/\/[^\s/]+@|[?&][\w.-]+=|\benv\b/;

function spanOf(field: Field, file: SourceFile): Span {
  if (field.file.path !== file.path) return { start: 0, end: 0 };
  const { start, end } = field.range;
  const at = file.offsetOf(start);
  return { start: at, end: blockEnd(file.text, at) ?? file.offsetOf(end) };
}

/** Where a block scalar that begins at an offset ends: before the next line that is not deeper than the line it begins in. */
function blockEnd(text: string, start: number): number | undefined {
  if (!/^[|>]/.test(text.slice(start, start + 1))) return undefined;
  const line = text.slice(text.lastIndexOf('\n', start - 1) + 1, start);
  const indent = line.length - line.trimStart().length;
  for (let at = text.indexOf('\n', start); at >= 0; at = text.indexOf('\n', at + 1)) {
    const depth = /^ *(?=[^ \r\n])/.exec(text.slice(at + 1, at + 1 + 2 * indent + 2))?.[0].length;
    if (depth !== undefined && depth <= indent) return at;
  }
  return text.length;
}

const covering = (text: string): string => text.replace(/[^\s]/g, '*');

interface Span {
  start: number;
  end: number;
}

/** A text with some of its parts covered, which may overlap. */
function cover(text: string, spans: readonly Span[]): string {
  const parts: string[] = [];
  let from = 0;
  for (const { start, end } of spans.toSorted((a, b) => a.start - b.start)) {
    if (end <= from) continue;
    const begin = Math.max(start, from);
    parts.push(text.slice(from, begin), covering(text.slice(begin, end)));
    from = end;
  }
  return parts.join('') + text.slice(from);
}

/** Covers what may be secret in documents that could not be read, or that hold what is no object. */
const coverUnread = (text: string): string =>
  text
    .split(/(^---.*$)/m)
    .map((document) => (/:\s*["']?Secrets?\b|\bstringData\b/i.test(document) ? coverDocument(document) : document))
    .join('');

/** Covers everything below `data`, `stringData` and the last applied configuration. */
function coverDocument(document: string): string {
  let depth: number | undefined;
  return document
    .split(/(\n)/)
    .map((line) => {
      if (line.trim() === '') return line;
      const indent = line.search(/\S/);
      if (
        depth !== undefined &&
        indent <= depth &&
        /^\s*["']?(?:apiVersion|kind|metadata|type|immutable)["']?\s*:/.test(line)
      )
        depth = undefined;
      if (depth !== undefined) return coverValue(line);
      const key = /(?<![\w./-])["']?(?:(?!metadata\b)\w*data|[\w./-]*last-applied-configuration)["']?\s*:/i.exec(line);
      if (!key) return line;
      depth = indent;
      const end = key.index + key[0].length;
      return line.slice(0, end) + covering(line.slice(end));
    })
    .join('');
}

const coverValue = (line: string): string => {
  const key = /^\s*["']?[\w.-]+["']?\s*:(?=\s|$)/.exec(line)?.[0] ?? '';
  return key + covering(line.slice(key.length));
};

/** Takes secrets out of what is said of a place. */
export type Mask = (text: string, about?: Place) => string;

/** A mask for everything that is said of files. */
export function maskFor(files: readonly SourceFile[]): Mask {
  const everywhere = new SecretValues(longSecretsOf(files));
  const known = new Map<Resource<unknown>, SecretValues>();
  const valuesIn = (resource: Resource<unknown>): SecretValues => {
    const values = known.get(resource) ?? new SecretValues(valuesOf(resource).filter(isTelling(resource)));
    known.set(resource, values);
    return values;
  };
  return (text, about) => {
    const around = about?.resource ? [valuesIn(about.resource), new SecretValues(valuesAt(about))] : [];
    const byValue = [everywhere, ...around].reduce((shown, values) => values.replacedIn(shown, () => MASK), text);
    return withoutSecretForms(byValue);
  };
}

/** The secret that stands at a place itself, however short it is. */
const valuesAt = ({ resource, pathText }: Place): string[] =>
  resource && /\benv\[/.test(pathText)
    ? secretFields(resource)
        .filter((field) => field.pathText === pathText)
        .map(({ value }) => String(value))
    : [];

/** An edit as it may be shown: what takes the place of a secret is one as well. */
export function maskedEdit<Edit extends { start: number; end: number; text: string }>(
  edit: Edit,
  file: SourceFile,
  shown: string,
  mask: Mask,
): Edit {
  const isSecret = file.text.slice(edit.start, edit.end) !== shown.slice(edit.start, edit.end);
  return { ...edit, text: isSecret ? MASK : mask(edit.text) };
}

const longSecretsOf = (files: readonly SourceFile[]): string[] =>
  files
    .flatMap((file) => file.resources)
    .filter(isSecret)
    .flatMap(valuesOf)
    .filter(isLong);

const isLong = ({ length }: string): boolean => length >= LONG;

/** What is said of a Secret may quote any of its values; the short ones of environment variables are ports and words such as "true". */
const isTelling = (resource: Resource<unknown>) => (value: string) => isSecret(resource) || isLong(value);

/** The secret values of an object as they are written and, in base64, as they are meant. */
function valuesOf(resource: Resource<unknown>): string[] {
  const values = secretFields(resource).map(({ value }) => String(value));
  const meant = isSecret(resource) ? values.flatMap(decoded) : [];
  return [...values, ...meant].flatMap((value) => [value, value.trim(), JSON.stringify(value).slice(1, -1)]);
}

function decoded(value: string): string[] {
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(value.replace(/\s+/g, ''))) return [];
  try {
    return [
      new TextDecoder('utf8', { fatal: true }).decode(Uint8Array.from(atob(value), (each) => each.charCodeAt(0))),
    ];
  } catch {
    return [];
  }
}
