import { fitsVersion } from '../../mesh/settings/envoy-filters';
import { envoyPatches } from './envoy-patches';
import { rule } from '../rule';

/** Every version that there is, or will be soon. */
const VERSIONS = Array.from({ length: 40 }, (_, minor) =>
  Array.from({ length: 12 }, (_, patch) => `1.${minor}.${patch}`),
).flat();

export default rule({
  name: 'unmatched-proxy-version',
  category: 'traffic',
  severity: 'warning',
  summary: 'A patch matches proxy versions that do not exist in this mesh.',
  url: 'https://istio.io/latest/docs/reference/config/networking/envoy-filter/',
  docs: `
    \`proxyVersion\` is a regular expression for versions such as \`1.31.0\`. When it matches none, no
    proxy gets the patch, without a warning. Often a "." or a "^" is misplaced, or the version
    starts with "v".

    Fix: correct the expression. One that only matches other releases than that of the mesh
    (\`--istio-version\`) is info: the patch stops working after an upgrade.
  `,
  check({ mesh, report }) {
    for (const { field } of envoyPatches(mesh)) {
      const expression = field.value.match?.proxy?.proxyVersion;
      if (!expression || VERSIONS.some((version) => isOf(version, mesh.release) && fitsVersion(expression, version)))
        continue;
      const place = field.get('match').child('proxy').child('proxyVersion');
      if (VERSIONS.some((version) => fitsVersion(expression, version)))
        report(
          place,
          `no proxy of Istio ${mesh.release} gets this patch: its proxyVersion "${expression}" does not match`,
          {
            severity: 'info',
          },
        );
      else report(place, `proxyVersion "${expression}" matches no version of Istio, so no proxy gets this patch`);
    }
  },
});

const isOf = (version: string, release: string): boolean => version.startsWith(`${release}.`);
