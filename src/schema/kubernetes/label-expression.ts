import { own } from '../../source/own';

/** One expression of a selector of labels, as far as it was written. */
export interface LabelExpression {
  readonly key?: string;
  readonly operator?: string;
  readonly values?: readonly string[];
}

/** Whether labels meet an expression. An operator that does not exist is met by none. Source: apimachinery labels.Requirement.Matches. */
export function fits(
  { key = '', operator, values = [] }: LabelExpression,
  labels: Readonly<Record<string, string>>,
): boolean {
  const value = own(labels, key);
  switch (operator) {
    case 'In':
      return value !== undefined && values.includes(value);
    case 'NotIn':
      return value === undefined || !values.includes(value);
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
    default:
      return false;
  }
}
