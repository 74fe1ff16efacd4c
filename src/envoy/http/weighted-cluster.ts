import type { WeightedCluster, WeightedClusters } from '../config';
import type { RouteChoice, Stream } from './stream';

/** A chosen route with the cluster that it sends this request to. envoy: RouteEntryImplBase::clusterEntry. */
export function withCluster(stream: Stream, choice: RouteChoice): RouteChoice {
  const action = choice.route?.route;
  if (!action) return choice;
  if (action.clusterHeader !== undefined) return { ...choice, clusterName: fromHeader(stream, action.clusterHeader) };
  if (!action.weightedClusters) return { ...choice, clusterName: action.cluster ?? '' };
  const weighted = drawCluster(stream, action.weightedClusters);
  if (!weighted) return { ...choice, clusterName: '' };
  const clusterName = weighted.clusterHeader ? fromHeader(stream, weighted.clusterHeader) : (weighted.name ?? '');
  return { ...choice, weighted, clusterName };
}

const fromHeader = ({ request }: Stream, name: string): string => request.first(name.toLowerCase()) ?? '';

function drawCluster({ run }: Stream, { clusters = [] }: WeightedClusters): WeightedCluster | undefined {
  const weights = clusters.map(({ weight = 0 }) => weight);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const chosen = clusters[run.chance.draw(weights)];
  const others = run.trace.explains ? clusters.filter((each) => each !== chosen) : [];
  const says = ({ weight = 0 }: WeightedCluster): string => `it gets ${weight} of ${total} requests`;
  run.trace.step('weighted cluster', chosen, () => (chosen ? says(chosen) : 'no cluster has a weight'), {
    rejected: others.map((candidate) => ({ candidate, because: says(candidate) })),
  });
  return chosen;
}
