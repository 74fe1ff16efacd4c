/** Labels and the selectors that choose by them. */
import { type LabelExpression, fits } from '../../schema/kubernetes/label-expression';
import { own } from '../../source/own';

/** Labels, or annotations, by name. */
export type Labels = Readonly<Record<string, string>>;

/** A selector of Kubernetes and MeshConfig, as far as it was written. */
export interface LabelSelector {
  matchLabels?: Labels;
  matchExpressions?: readonly LabelExpression[];
}

/** Whether all labels of the selector stand among the labels; an empty selector selects everything. istio: labels.SubsetOf */
export function selects(selector: Labels | undefined, labels: Labels): boolean {
  for (const key in selector) if (own(selector, key) !== own(labels, key)) return false;
  return true;
}

/** As `selects`, but an empty selector selects nothing: what Services mean by theirs. istio: labels.Match */
export function selectsSome(selector: Labels | undefined, labels: Labels): boolean {
  return selector !== undefined && Object.keys(selector).length > 0 && selects(selector, labels);
}

/** Whether a selector with expressions chooses the labels. An operator that does not exist chooses nothing. */
export function fitsSelector({ matchLabels, matchExpressions = [] }: LabelSelector, labels: Labels): boolean {
  return selects(matchLabels, labels) && matchExpressions.every((expression) => fits(expression, labels));
}

/** Things found by their labels. A selector looks only at those that carry the rarest of its labels. */
export class LabelIndex<Item> {
  private readonly byLabel = new Map<string, number[]>();

  constructor(
    private readonly items: readonly Item[],
    private readonly labelsOf: (item: Item) => Labels,
  ) {
    items.forEach((item, position) => {
      for (const [name, value] of Object.entries(labelsOf(item))) {
        const positions = this.byLabel.get(`${name}=${value}`);
        if (positions) positions.push(position);
        else this.byLabel.set(`${name}=${value}`, [position]);
      }
    });
  }

  /** The items that carry all labels of the selector, in their order; all items where it is empty. */
  select(selector: Labels | undefined): readonly Item[] {
    const wanted = Object.entries(selector ?? {});
    if (wanted.length === 0) return this.items;
    const carriers = wanted.map(([name, value]) => this.byLabel.get(`${name}=${value}`) ?? []);
    const rarest = carriers.reduce((best, each) => (each.length < best.length ? each : best));
    const found = rarest.map((position) => this.items[position]!);
    return wanted.length === 1 ? found : found.filter((item) => selects(selector, this.labelsOf(item)));
  }
}
