import { NEWEST, schemaOf, versionsOf } from '../../schema/release';
import { versionFix } from './api-versions';
import { rule } from '../rule';

export default rule({
  name: 'deprecated-api-version',
  category: 'deprecation',
  severity: 'warning',
  summary: 'A route of the Gateway API uses a deprecated version.',
  url: 'https://gateway-api.sigs.k8s.io/guides/implementers/',
  docs: `
    TCPRoute, TLSRoute, UDPRoute and BackendTLSPolicy have left their alpha versions. The
    definitions of the standard channel no longer serve these versions, so the API server rejects
    the document there. The experimental channel still serves them, and kubectl prints a deprecation
    warning.

    Fix: \`--fix\` writes the newer version where the document has the same meaning in it.
  `,
  check({ mesh, report }) {
    // Older releases of Istio read the alpha versions and nothing else.
    if (mesh.release !== NEWEST) return;
    for (const resource of mesh.resources) {
      const { group, version, kind, apiVersion } = resource;
      if (schemaOf(mesh.release, group, version, kind)?.channel !== 'experimental') continue;
      const [newest] = versionsOf(mesh.release, group, kind);
      if (newest === undefined || schemaOf(mesh.release, group, newest, kind)?.channel !== 'standard') continue;
      const instead = `${group}/${newest}`;
      const message = `version "${apiVersion}" of ${kind} is deprecated; use "${instead}"`;
      report(resource.at(['apiVersion']), message, { fix: versionFix(resource, instead, mesh.release) });
    }
  },
});
