/** A part of a run that failed through a mistake of ours; the rest of the run goes on. */
export interface Fault {
  /** What failed: a rule, a document, a test, a request. */
  readonly where: string;
  readonly error: unknown;
}
