/** One condition of an AuthorizationPolicy's rule, before it is known whether it can be expressed on a connection. */

/** For what a rule is expressed. */
export interface RuleContext {
  readonly protocol: 'http' | 'tcp';
  /** What is done to what the rule matches; a rule that may be wider than it was written is only one that does not allow. */
  readonly action: 'ALLOW' | 'DENY' | 'LOG';
  /** Where the identity of the client is found: in its certificate, or in what the end of its tunnel has kept of it. */
  readonly identity: 'certificate' | 'filter-state';
}

/** How the values of an attribute are expressed: one by one, or all together; undefined where they cannot be. */
export type Expression<Piece> =
  | { readonly each: (value: string, protocol: RuleContext['protocol']) => Piece | undefined }
  | { readonly together: (values: readonly string[], protocol: RuleContext['protocol']) => Piece | undefined };

/** istio: authz model.rule */
export interface Condition<Piece> {
  readonly values: readonly string[];
  readonly notValues: readonly string[];
  readonly expression: Expression<Piece>;
}

/** How pieces are joined. */
export interface Logic<Piece> {
  readonly any: Piece;
  readonly and: (pieces: Piece[]) => Piece;
  readonly or: (pieces: Piece[]) => Piece;
  readonly not: (piece: Piece) => Piece;
}

/**
 * All conditions at once; undefined where one of them cannot be expressed and the rule allows. Where it denies or audits, what
 * cannot be expressed is left out, which makes it wider. istio: generatePermission, generatePrincipal
 */
export function conjunction<Piece>(
  conditions: readonly Condition<Piece>[],
  context: RuleContext,
  logic: Logic<Piece>,
): Piece | undefined {
  const pieces: Piece[] = [];
  for (const { values, notValues, expression } of conditions) {
    const wanted = expressed(values, expression, context, logic);
    const unwanted = expressed(notValues, expression, context, logic);
    if (wanted === 'impossible' || unwanted === 'impossible') return undefined;
    pieces.push(...wanted, ...unwanted.map(logic.not));
  }
  return logic.and(pieces.length > 0 ? pieces : [logic.any]);
}

function expressed<Piece>(
  values: readonly string[],
  expression: Expression<Piece>,
  { protocol, action }: RuleContext,
  logic: Logic<Piece>,
): Piece[] | 'impossible' {
  if (values.length === 0) return [];
  const all =
    'each' in expression
      ? values.map((value) => expression.each(value, protocol))
      : [expression.together(values, protocol)];
  const possible = all.filter((piece) => piece !== undefined);
  if (action === 'ALLOW' && possible.length < all.length) return 'impossible';
  if ('together' in expression) return possible;
  return possible.length > 0 ? [logic.or(possible)] : [];
}
