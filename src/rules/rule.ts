import type { CompanyOf } from '../mesh/company';
import type { Mesh } from '../mesh/mesh';
import type { Place, SourceFile } from '../source/file';
import type { Suppressions } from './suppressions';

/** What a fault is about: see "Findings" in the design. Of `syntax` and `schema` the cluster would refuse the document. */
export type Category =
  'syntax' | 'schema' | 'reference' | 'conflict' | 'traffic' | 'security' | 'deprecation' | 'practice';

export type Severity = 'error' | 'warning' | 'info';

/** A rule: everything that a user can learn about one kind of fault. Its name reads well after the word "allow". */
export interface Rule {
  readonly name: string;
  readonly category: Category;
  readonly severity: Severity;
  /** One sentence: what is wrong. */
  readonly summary: string;
  /** Where Istio, Kubernetes or the Gateway API documents the subject: an address that stays valid for later releases. */
  readonly url: string;
  /** What happens at run time, with Envoy's response flag; "Fix: ..."; then details. Markdown, indented as the source is. */
  readonly docs: string;
  /** The counterparts in `istioctl analyze` (IST) and Kiali (KIA). */
  readonly sameAs: readonly string[];
  /** Rules that say the same of a place less well: where this one has a finding, theirs are part of it. */
  readonly supersedes?: readonly string[];
  /** Whether it is off until the configuration or the command line gives it a severity. */
  readonly isOptional?: true;
  /**
   * Whether its findings are remarks: nothing is wrong. They are reported where the rule is given a severity, and where the input is
   * said to be the whole mesh.
   */
  readonly isRemark?: true;
  /** Whether each of its findings follows from one object alone, wherever that lies and whatever else there is. */
  readonly isLocal?: true;
  /**
   * Whether it reports that something is missing: more objects can only take findings away. Rules of the category "reference" do, unless
   * they say otherwise.
   */
  readonly isAboutAbsence?: boolean;
  /**
   * Whether its findings hold only where the objects that they relate to are applied together with the object at their place, as
   * those of rules of the category "conflict" do.
   */
  readonly isAboutCompany?: true;
  readonly check: (context: Context) => void;
}

type RuleDefinition = Omit<Rule, 'sameAs'> & Partial<Pick<Rule, 'sameAs'>>;

/** Declares a rule. */
export const rule = (definition: RuleDefinition): Rule => Object.freeze({ sameAs: [], ...definition });

/** Whether a rule reports that something is missing. */
export const isAboutAbsence = (rule: Rule): boolean => rule.isAboutAbsence ?? rule.category === 'reference';

/** Whether the findings of a rule hold only where all of their objects are applied together. */
export const isAboutCompany = (rule: Rule): boolean => rule.category === 'conflict' || rule.isAboutCompany === true;

/** What a rule reads, and how it reports. */
export interface Context {
  readonly mesh: Mesh;
  readonly suppressions: Suppressions;
  /** Whether the run is about a place: of others a report is dropped, so what only prepares it can be spared. */
  readonly isJudged: (place: Place) => boolean;
  /** Whether two objects are applied together. */
  readonly company: CompanyOf;
  /** Reports a fault at a place. */
  readonly report: (place: Place, message: string, details?: Details) => void;
  /**
   * Reports a reference to something that is not in the input. Where the input does not claim to hold all of that kind in that
   * namespace, the reference is counted as unchecked instead.
   */
  readonly missing: (place: Place, what: Missing, message: string, details?: Details) => void;
}

/** What a reference names: a kind of thing, and the namespace where it should lie (empty for cluster-wide things). */
export interface Missing {
  kind: string;
  namespace: string;
  /** The name as the reference has it, where the place of the finding does not hold it. */
  name?: string;
  /** Whether the input holds what was meant, where that is not to be seen from names. */
  isMisspelt?: boolean;
}

/** What a finding says beside its message. */
export interface Details {
  related?: readonly Related[];
  /** Other places from which the fault follows. */
  evidence?: readonly Place[];
  fix?: Fix | undefined;
  /**
   * What the finding is about, as data that stays the same when its words improve: the missing name, the object that conflicts.
   * Part of the finding's identity; the value at the place unless the rule says otherwise.
   */
  about?: string;
  /** Narrows the rule's counterparts to those that would say this very thing. */
  sameAs?: readonly string[];
  severity?: Severity;
  /** Whether this finding is a remark, see Rule. */
  isRemark?: true;
}

/** Another place that the finding is about. */
export interface Related {
  place: Place;
  message: string;
}

/** A change of the text that mends the fault; an unsafe one may change what the mesh does. */
export interface Fix {
  title: string;
  safety: 'safe' | 'unsafe';
  edits: () => Edit[];
}

/** Offsets into the file, the end exclusive, and what shall stand there instead. */
export interface Edit {
  file: SourceFile;
  start: number;
  end: number;
  text: string;
}

/** One fault at one place. */
export interface Finding {
  readonly rule: Rule;
  readonly severity: Severity;
  readonly message: string;
  readonly place: Place;
  /** What it is about: with the rule, the object and the path its identity. The message is no part of that. */
  readonly about: string;
  readonly related: readonly Related[];
  readonly fix?: Fix | undefined;
  readonly sameAs: readonly string[];
}

/** References to things of one kind in one namespace that could not be checked, because the input does not hold that kind there. */
export interface Unchecked {
  kind: string;
  namespace: string;
  references: number;
}
