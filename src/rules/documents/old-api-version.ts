import { schemaOf } from '../../schema/release';
import { versionFix } from './api-versions';
import { rule } from '../rule';

export default rule({
  name: 'old-api-version',
  category: 'deprecation',
  severity: 'info',
  isOptional: true,
  summary: 'A document uses an older API version of its kind.',
  docs: `
    The API server serves all versions of such a kind as one and the same object, so nothing
    happens at run time: v1alpha3 and v1beta1 of Istio's own kinds are as good as v1, and not
    deprecated. Who wants one spelling everywhere turns this rule on; \`--fix\` then writes the
    newest version that the release has.
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
