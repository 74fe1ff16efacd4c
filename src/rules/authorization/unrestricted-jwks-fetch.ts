import type { KindMap } from '../../schema/kinds';
import type { Resource } from '../../source/resource';
import { rule } from '../rule';

const SETTING = 'BLOCKED_CIDRS_IN_JWKS_URIS';
/** More policies than this are not named one by one. */
const NAMED = 5;

export default rule({
  name: 'unrestricted-jwks-fetch',
  category: 'security',
  severity: 'warning',
  summary: 'The control plane fetches keys for RequestAuthentications from any address.',
  docs: `
    istiod itself opens the jwksUri of every RequestAuthentication, and who may write one can
    have it call addresses that only istiod reaches: the cloud's metadata service, other pods.
    Set BLOCKED_CIDRS_IN_JWKS_URIS on istiod to the ranges that it shall not call, for example
    "169.254.169.254/32".
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
      if (deployment.metadata.labels?.app !== 'istiod' || isRestricted(deployment)) continue;
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
