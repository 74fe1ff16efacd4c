import type { Mesh } from '../mesh/mesh';
import { nearest } from '../schema/spelling';
import type { Place, SourceFile } from '../source/file';
import { Field } from '../source/field';
import type { Resource } from '../source/resource';
import type { Rule } from './rule';

const COMMENT = /#\s*meshlint:\s*(\S+)[ \t]*([^\n\r]*)/g;
const REASON = /(?:^|\s)--(?:\s|$)/;
/** The annotations of Istio and Kiali that list codes; in Kiali's, an empty list stands for all. */
const ANNOTATIONS = ['galley.istio.io/analyze-suppress', 'kiali.io/ignore-validations'] as const;
const KIALI = ANNOTATIONS[1];

/** A request to be silent about a rule, by a comment at a line or an annotation on a resource. */
export interface Suppression {
  /** Names of rules, codes of counterparts, or `*`. */
  readonly name: string;
  readonly reason: string;
  /** The last day, as YYYY-MM-DD, on which it holds; undefined where it does not end. */
  readonly until: string | undefined;
  readonly place: Place;
  /** The lines of the file that a comment speaks of; undefined for an annotation. */
  readonly lines: readonly number[] | undefined;
  used: boolean;
}

const mentions = new WeakMap<SourceFile, boolean>();

/** A file is in every variant, so its text is searched once. */
function mentionsUs(file: SourceFile): boolean {
  const known = mentions.get(file) ?? file.text.includes('meshlint:');
  mentions.set(file, known);
  return known;
}

/** All suppressions of a mesh, asked for each finding, and afterwards for those that silenced nothing. */
export class Suppressions {
  private readonly comments = new Map<SourceFile, Suppression[]>();
  private readonly annotations = new Map<Resource<unknown>['document'], Suppression[]>();

  constructor(
    mesh: Mesh,
    /** The day of the run as YYYY-MM-DD: suppressions that ended before it silence nothing. */
    readonly today: string,
    /** Why nobody can obey the name in a suppression; undefined for a name that means something. */
    private readonly faultOfName: (name: string) => string | undefined = () => undefined,
  ) {
    for (const file of mesh.files) {
      if (!file.isGenerated && mentionsUs(file)) this.comments.set(file, commentsOf(file));
    }
    for (const resource of mesh.resources) {
      for (const annotation of ANNOTATIONS) {
        if (resource.metadata.annotations?.[annotation] === undefined) continue;
        const known = this.annotations.get(resource.document) ?? [];
        this.annotations.set(resource.document, [...known, ...annotationsOf(resource, annotation)]);
      }
    }
  }

  /** Whether somebody asked to be spared this finding; the suppression that did is marked as used. */
  silence(rule: Rule, place: Place): boolean {
    const matching = this.candidates(place).filter(({ name }) => covers(name, rule));
    for (const suppression of matching) suppression.used = true;
    return matching.some((suppression) => !this.isExpired(suppression));
  }

  isExpired({ until }: Suppression): boolean {
    return until !== undefined && until < this.today;
  }

  /** What is wrong with the name itself. Annotations are for istioctl and Kiali as well, whose codes need not be ours. */
  faultOf({ name, lines }: Suppression): string | undefined {
    return name === '*' || (lines === undefined && FOREIGN.test(name)) ? undefined : this.faultOfName(name);
  }

  all(): Suppression[] {
    return [...this.comments.values(), ...this.annotations.values()].flat();
  }

  private candidates(place: Place): Suppression[] {
    const { resource } = place;
    const annotated = resource ? (this.annotations.get(resource.document) ?? []) : [];
    const ofResource = annotated.filter((suppression) => suppression.place.resource?.base === resource?.base);
    const comments = this.comments.get(place.file);
    if (!comments) return ofResource;
    const { line } = place.range.start;
    return [...ofResource, ...comments.filter(({ lines }) => lines?.includes(line))];
  }
}

const FOREIGN = /^(IST|KIA)/;

const covers = (name: string, rule: Rule): boolean => name === '*' || name === rule.name || rule.sameAs.includes(name);

/** `# meshlint: allow rule-a, rule-b until 2027-01-31 -- reason`, on the line it speaks of or alone on the line above. */
function commentsOf(file: SourceFile): Suppression[] {
  return [...file.text.matchAll(COMMENT)].flatMap((match) => {
    const [whole, verb, rest = ''] = match;
    if (verb !== 'allow') return [];
    const { line } = file.positionOf(match.index);
    const alone = file.text.slice(file.offsetOfLine(line), match.index).trim() === '';
    const [names = '', reason = ''] = rest.split(REASON, 2);
    const until = /\suntil\s+(\d{4}-\d{2}-\d{2})\s*$/.exec(` ${names}`)?.[1];
    return names
      .replace(/(?:^|(?<!\s)\s+)until(\s+\S+)?\s*$/, '')
      .split(/[,\s]+/)
      .filter(Boolean)
      .map((name) => {
        const start = match.index + whole.indexOf(name, whole.indexOf('allow') + 5);
        const place = file.spot({ start, end: start + name.length });
        return {
          name,
          reason: reason.trim(),
          until,
          place,
          lines: alone ? [line, nextContentLine(file, line)] : [line],
          used: false,
        };
      });
  });
}

/** What people write who mean `allow`. */
const INSTEAD = /^(disable|ignore|suppress|skip|off|silence|nolint)([-\w]*)$/i;

/** What is wrong with comments that mean to suppress something and would not. */
export function misspoken(file: SourceFile): { place: Place; message: string }[] {
  if (!file.text.includes('meshlint:')) return [];
  return [...file.text.matchAll(COMMENT)].flatMap((match) => {
    const [whole, verb = '', rest = ''] = match;
    const at = (text: string) => {
      const start = match.index + whole.indexOf(text, whole.indexOf(verb));
      return file.spot({ start, end: start + text.length });
    };
    if (verb !== 'allow') {
      const isMeant = INSTEAD.test(verb) || nearest(verb, ['allow']) !== undefined;
      return isMeant ? [{ place: at(verb), message: notAllow(verb) }] : [];
    }
    const [names = ''] = rest.split(REASON, 1);
    if (names.trim() === '' || /^until\b/.test(names))
      return [{ place: at(verb), message: 'missing rule name; use "# meshlint: allow RULE -- reason"' }];
    const until = /\suntil(?:\s+(\S+))?\s*$/.exec(names);
    if (!until || isDate(until[1] ?? '')) return [];
    return [{ place: at(until[1] ?? 'until'), message: `expected a date such as 2027-01-31 after "until"` }];
  });
}

const notAllow = (verb: string): string => `unknown directive "${verb}"; use "allow" and the name of a rule`;

const isDate = (text: string): boolean =>
  /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text)) && new Date(text).toISOString().startsWith(text);

function nextContentLine(file: SourceFile, line: number): number {
  let next = line + 1;
  const text = (number: number) => file.text.slice(file.offsetOfLine(number), file.offsetOfLine(number + 1));
  while (file.offsetOfLine(next) < file.text.length && /^\s*(#.*)?\r?\n?$/.test(text(next))) next++;
  return next;
}

function annotationsOf(resource: Resource<unknown>, annotation: (typeof ANNOTATIONS)[number]): Suppression[] {
  const path = ['metadata', 'annotations', annotation];
  const written = resource.metadata.annotations?.[annotation]?.trim() ?? '';
  const names = (written === '' && annotation === KIALI ? '*' : written).split(',');
  return names
    .map((name) => name.trim())
    .filter(Boolean)
    .map((name) => ({
      name,
      reason: '',
      until: undefined,
      place: new Field(resource, path, name),
      lines: undefined,
      used: false,
    }));
}
