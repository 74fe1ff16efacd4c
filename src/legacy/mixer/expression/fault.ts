/** Why an expression has no value: it does not compile (syntax, names, types), or it fails for one set of attributes. */
export interface ExpressionFault {
  readonly step: 'compile' | 'run';
  readonly message: string;
  /** Where in the expression, in UTF-16 units. */
  readonly offset: number;
  /** An attribute that the vocabulary does not have, where that is the fault. */
  readonly attribute?: string;
  /** Whether the webhook takes the expression all the same: it checks types, and does not compile. */
  readonly isTaken?: true;
}

/** Carries a fault out of parser, checker and evaluation to the functions of index.ts, which return it. */
export class ExpressionError extends Error {
  constructor(readonly fault: ExpressionFault) {
    super(fault.message);
  }
}

/** Ends the compilation of an expression. */
export function refuse(offset: number, message: string): never {
  throw new ExpressionError({ step: 'compile', message, offset });
}

/** Ends the compilation of an expression with an attribute that the vocabulary does not have. */
export function refuseAttribute(offset: number, attribute: string, message: string): never {
  throw new ExpressionError({ step: 'compile', message, offset, attribute });
}

/** Ends the compilation of an expression whose types are right. */
export function refuseTyped(offset: number, message: string): never {
  throw new ExpressionError({ step: 'compile', message, offset, isTaken: true });
}

/** Ends the evaluation of an expression. */
export function fail(offset: number, message: string): never {
  throw new ExpressionError({ step: 'run', message, offset });
}
