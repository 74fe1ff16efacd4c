import type { KindMap } from '../../schema/kinds';
import type { Resource } from '../../source/resource';
import { rule } from '../rule';

const SETTING = 'BLOCKED_CIDRS_IN_JWKS_URIS';
/** More policies than this are not named one by one. */
const NAMED = 5;

export default rule({
  name: 'unrestricted-jwks-fetch',
  category: 'security',
  severity: 'info',
  isAboutCompany: true,
  summary: 'The control plane fetches keys for RequestAuthentications from any address.',
  url: 'https://istio.io/latest/docs/reference/config/security/request_authentication/',
  docs: `
    istiod itself fetches the jwksUri of every RequestAuthentication. A user who may create one can
    make istiod call addresses that only istiod can reach, such as the metadata service of the cloud
    or other pods.

    Fix: set BLOCKED_CIDRS_IN_JWKS_URIS on istiod to the address ranges that it must not call, for
    example "169.254.169.254/32".
  `,
  sameAs: ['IST0175'],
  check({ mesh, report }) {
    const policies = mesh.all('RequestAuthentication');
    if (policies.length === 0) return;
    const related = policies.slice(0, NAMED).map((policy) => ({
      place: policy.at(['metadata', 'name']),
      message: 'a policy whose keys are fetched',
    }));
    for (const deployment of mesh.all('Deployment')) {
      if (deployment.metadata.labels?.['app'] !== 'istiod' || isRestricted(deployment)) continue;
      const count = policies.length === 1 ? '1 RequestAuthentication' : `${policies.length} RequestAuthentications`;
      const message = `"${SETTING}" is not set, so istiod fetches the keys of ${count} from any address`;
      report(deployment.at(['metadata', 'name']), message, { related });
    }
  },
});

const isRestricted = (deployment: Resource<KindMap['Deployment']>): boolean =>
  deployment
    .each('spec.template.spec.containers[].env[]')
    .some(({ value: { name, value } }) => name === SETTING && Boolean(value));
