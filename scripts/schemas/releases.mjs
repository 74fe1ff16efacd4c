// The rows of schemas/releases.json, as a module whose types know their names.

/** The text of src/schema/kinds/releases.ts, given the releases, newest first. */
export function releaseRows(releases) {
  const lines = releases
    .toReversed()
    .map(({ istio, proxy, kubernetes, gatewayApi = '', envoy = '' }) => {
      const row = { istio, proxy, kubernetes, gatewayApi, envoy };
      return `  { ${Object.entries(row).map(([name, value]) => `${name}: '${value}'`).join(', ')} },`;
    });
  return `${HEAD}${lines.join('\n')}\n] as const;\n`;
}

const HEAD = `// Generated from schemas/releases.json by \`npm run schemas\`; see schemas/README.md.

/** Every release of Istio, oldest first: its proxies' version, and the versions of the other schemas it is read with. */
export const RELEASE_ROWS = [
`;
