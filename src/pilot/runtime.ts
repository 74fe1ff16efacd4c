/** What Istio's bootstrap sets in Envoy's runtime. istio: envoy_bootstrap.json */
export const RUNTIME = { 'envoy.reloadable_features.http_reject_path_with_fragment': false } as const;
