import type { Operation, Source } from '../../kinds/security';
import { oneOf } from '../../spelling';
import { each, fields, isFilled, spelt } from '../checks';
import type { Check } from '../part';
import { addressBlock, notEmpty, path, portText, serviceAccount, trustDomain } from '../values/authorization';

const names = each(spelt(notEmpty));
const blocks = each(spelt(addressBlock));
const accounts: Check<readonly string[]> = (part) => {
  if (part.value.length > 16)
    part.refuse(`${part.value.length} accounts are too many: at most 16 are allowed`, { reason: 'limit' });
  each(spelt(serviceAccount))(part);
};
const domains = each(spelt(trustDomain));

const BY_NAME = ['principals', 'notPrincipals', 'namespaces', 'notNamespaces'] as const;
const BY_ACCOUNT = ['serviceAccounts', 'notServiceAccounts'] as const;

const oneKindOfName: Check<Source> = (part) => {
  const others = BY_NAME.filter((name) => isFilled(part.value[name]));
  if (others.length && BY_ACCOUNT.some((name) => isFilled(part.value[name])))
    part
      .at(others[0]!)
      .refuse(`${oneOf(others, 'and')} cannot be combined with service accounts`, { on: 'key', reason: 'exclusive' });
};

const saysSomething =
  <T extends object>(what: string): Check<T> =>
  (part) => {
    if (!Object.values(part.value).some(isFilled))
      part.refuse(`the ${what} is empty; set at least one field`, { on: 'key' });
  };

/** Where a request comes from. */
export const source = fields<Source>(
  {
    principals: names,
    notPrincipals: names,
    requestPrincipals: names,
    notRequestPrincipals: names,
    namespaces: names,
    notNamespaces: names,
    serviceAccounts: accounts,
    notServiceAccounts: accounts,
    trustDomains: domains,
    notTrustDomains: domains,
    ipBlocks: blocks,
    notIpBlocks: blocks,
    remoteIpBlocks: blocks,
    notRemoteIpBlocks: blocks,
  },
  oneKindOfName,
  saysSomething('source'),
);

const ports = each(spelt(portText));
const paths = each(spelt(path));

/** What a request is for. */
export const operation = fields<Operation>(
  { ports, notPorts: ports, methods: names, notMethods: names, paths, notPaths: paths, hosts: names, notHosts: names },
  saysSomething('operation'),
);
