// Generated from schemas/releases.json by `npm run schemas`; see schemas/README.md.

/** Every release of Istio, oldest first: its proxies' version, and the versions of the other schemas it is read with. */
export const RELEASE_ROWS = [
  { istio: '1.4', proxy: '1.4.3', kubernetes: '1.34', gatewayApi: '', envoy: '' },
  { istio: '1.24', proxy: '1.24.2', kubernetes: '1.34', gatewayApi: '1.6', envoy: '1.37' },
  { istio: '1.25', proxy: '1.25.0', kubernetes: '1.34', gatewayApi: '1.6', envoy: '1.37' },
  { istio: '1.26', proxy: '1.26.0', kubernetes: '1.34', gatewayApi: '1.6', envoy: '1.37' },
  { istio: '1.27', proxy: '1.27.0', kubernetes: '1.34', gatewayApi: '1.6', envoy: '1.37' },
  { istio: '1.28', proxy: '1.28.0', kubernetes: '1.34', gatewayApi: '1.6', envoy: '1.37' },
  { istio: '1.29', proxy: '1.29.0', kubernetes: '1.34', gatewayApi: '1.6', envoy: '1.37' },
  { istio: '1.30', proxy: '1.30.8', kubernetes: '1.34', gatewayApi: '1.6', envoy: '1.37' },
  { istio: '1.31', proxy: '1.31.0', kubernetes: '1.34', gatewayApi: '1.6', envoy: '1.37' },
] as const;
