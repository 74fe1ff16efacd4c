import { denialOf, type Denial, LISTCHECKER_PARAMS } from '../../legacy/mixer/listchecker';
import { misfitIn } from '../../legacy/mixer/params';
import { namedHandlers } from '../../legacy/mixer/sent';
import { rule } from '../rule';

export default rule({
  name: 'always-denying-list',
  category: 'traffic',
  severity: 'warning',
  summary: 'A list of Mixer (Istio 1.4) denies every request.',
  url: 'https://istio.io/v1.4/docs/reference/config/policy-and-telemetry/adapters/list/',
  docs: `
    A handler of listchecker denies the values that its whitelist does not contain, or those that its
    blacklist contains. A whitelist without entries, and a blacklist with an entry for every value,
    deny every request that a rule sends to them: with policy checks on, requests fail with 403.

    Fix: add entries in \`overrides\`, or a \`providerUrl\`. Set \`blacklist: true\` if the entries are
    what to deny. Networks such as "10.0.0.0/8" need \`entryType: IP_ADDRESSES\`; the default, STRINGS,
    compares them as text.
  `,
  check({ mesh, report }) {
    for (const handler of namedHandlers(mesh)) {
      const { compiledAdapter, params } = handler.value.spec ?? {};
      if (compiledAdapter !== 'listchecker' || misfitIn(LISTCHECKER_PARAMS, params)) continue;
      const denial = denialOf(params);
      if (!denial) continue;
      const list = handler.at(['spec', 'params', 'overrides']);
      const place = denial.kind === 'entry for all values' ? list.child(denial.index) : list;
      report(place, messageOf(denial));
    }
  },
});

function messageOf(denial: Denial): string {
  switch (denial.kind) {
    case 'no entries':
      return 'the whitelist has no entries, so it denies every request; add "overrides" or "providerUrl"';
    case 'entry for all values':
      return `the blacklist entry "${denial.entry}" matches ${denial.matches}, so the list denies every request with one`;
    case 'networks as text':
      return 'the entries of the whitelist are compared as text, so no address is in the list; set "entryType: IP_ADDRESSES"';
  }
}
