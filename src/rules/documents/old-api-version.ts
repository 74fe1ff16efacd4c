import { schemaOf } from '../../schema/release';
import { versionFix } from './api-versions';
import { rule } from '../rule';

export default rule({
  name: 'old-api-version',
  category: 'deprecation',
  severity: 'info',
  isOptional: true,
  summary: 'A document uses an older API version of its kind.',
  url: 'https://istio.io/latest/docs/releases/',
  docs: `
    The API server serves all versions of such a kind as the same object, so nothing changes at run
    time: v1alpha3 and v1beta1 of Istio's kinds are equivalent to v1 and not deprecated.

    Fix: turn this rule on to use one version everywhere; \`--fix\` writes the newest version of the
    release.
  `,
  check({ mesh, report }) {
    for (const resource of mesh.resources) {
      const { group, version, kind, apiVersion } = resource;
      const known = schemaOf(mesh.release, group, version, kind);
      const newest = known?.versions.find((each) => /^v\d+$/.test(each));
      if (newest === undefined || newest === version) continue;
      const instead = `${group}/${newest}`;
      const message = `"${apiVersion}" is an old version of ${kind}; use "${instead}"`;
      report(resource.at(['apiVersion']), message, { fix: versionFix(resource, instead, mesh.release) });
    }
  },
});
