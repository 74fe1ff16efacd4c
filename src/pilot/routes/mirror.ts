/** Requests of which a copy goes elsewhere. */
import type { RequestMirrorPolicy, RuntimeFractionalPercent } from '../../envoy/config';
import type { Destination, HTTPRoute, Percent } from '../../schema/kinds/networking';
import { ALWAYS, hundredths, millionths } from './percent';

/** The mirrors of a route, with the cluster that each destination stands for. */
export function mirrorPolicies(
  route: HTTPRoute,
  clusterOf: (destination: Destination) => string,
): RequestMirrorPolicy[] {
  const { mirror, mirrors = [] } = route;
  const single = { destination: mirror, fraction: ofSingle(route) };
  const others = mirrors.map(({ destination, percentage }) => ({ destination, fraction: share(percentage) }));
  return [single, ...others].flatMap(({ destination, fraction }) =>
    destination && fraction ? [mirrorPolicy(clusterOf(destination), fraction)] : [],
  );
}

/** istio: route.TranslateRequestMirrorPolicy */
const mirrorPolicy = (cluster: string, runtimeFraction: RuntimeFractionalPercent): RequestMirrorPolicy => ({
  cluster,
  runtimeFraction,
  traceSampled: false,
  disableShadowHostSuffixAppend: true,
});

/** istio: route.MirrorPercent */
function ofSingle({
  mirrorPercentage,
  mirrorPercent,
  mirror_percent,
}: HTTPRoute): RuntimeFractionalPercent | undefined {
  if (mirrorPercentage) return share(mirrorPercentage);
  const whole = mirrorPercent ?? mirror_percent;
  if (whole === undefined) return ALWAYS;
  return whole > 0 ? { defaultValue: hundredths(whole) } : undefined;
}

/** No percentage means all; a percentage of zero means none. istio: route.MirrorPercentByPolicy */
function share(percentage: Percent | undefined): RuntimeFractionalPercent | undefined {
  if (!percentage) return ALWAYS;
  return (percentage.value ?? 0) > 0 ? { defaultValue: millionths(percentage) } : undefined;
}
