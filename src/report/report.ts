import type { LintResult } from '../lint';
import type { Mesh } from '../mesh/mesh';
import type { Finding } from '../rules/rule';
import type { Extent } from './excerpt';
import type { PageParts } from './page/document';
import type { Style } from './style';

/** A run as the formats are given it. */
export interface Report {
  mesh: Mesh;
  result: LintResult;
  /** The files and kustomizations that define the same objects differently: variants of one mesh. */
  alternatives?: readonly string[];
  /** How many findings the user asked to be spared. */
  hidden: number;
  /** How many findings a baseline knows already; they are not among the others. */
  known?: number;
  /** How much formats for people show; others show everything. */
  extent?: Extent;
  style: Style;
  /** The version of meshlint. */
  version: string;
  /** Whether a finding makes the exit status 1. */
  fails: (finding: Finding) => boolean;
  /** A file's path from the root of the repository, with slashes; absolute where the file lies outside. */
  inRepository: (path: string) => string;
  /** A short hash, the same on every machine. */
  digest: (text: string) => string;
  /** The style sheet and script of a page. */
  page: () => PageParts;
}

/** A format: a run as text, ending with a line break unless it is empty. */
export type Format = (report: Report) => string;
