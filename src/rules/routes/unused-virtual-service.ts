import { configs } from '../../mesh/settings/configs';
import { rule } from '../rule';

export default rule({
  name: 'unused-virtual-service',
  category: 'practice',
  severity: 'info',
  isAboutAbsence: true,
  summary: 'A VirtualService without hosts is not used as a delegate.',
  docs: `
    A VirtualService without hosts takes no requests by itself: it holds routes for one that
    names it as its \`delegate\`. Where none does, it has no effect. Delegate to it, or remove it;
    or give it the hosts that were forgotten.
  `,
  check({ mesh, missing }) {
    const all = configs(mesh, 'VirtualService');
    const used = new Set(
      all.flatMap((root) =>
        root
          .each('spec.http[].delegate')
          .map(({ value }) => `${value.namespace || root.namespace}/${value.name ?? ''}`),
      ),
    );
    for (const each of all) {
      const { value, namespace, name } = each;
      if (value.spec?.hosts?.length || used.has(`${namespace}/${name}`) || triesHosts(each.written)) continue;
      missing(
        each.at(['metadata', 'name']),
        { kind: 'VirtualService', namespace: '' },
        'this VirtualService has no hosts, and no other VirtualService delegates to it',
      );
    }
  },
});

/** Whether hosts are written, if only in a way that the cluster refuses. */
const triesHosts = (written: unknown): boolean =>
  (written as { spec?: { hosts?: unknown } | null } | null)?.spec?.hosts !== undefined;
