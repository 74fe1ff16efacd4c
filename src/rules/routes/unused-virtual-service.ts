import { configs } from '../../mesh/settings/configs';
import { rule } from '../rule';

export default rule({
  name: 'unused-virtual-service',
  category: 'practice',
  severity: 'info',
  isAboutAbsence: true,
  summary: 'A VirtualService without hosts is not used as a delegate.',
  url: 'https://istio.io/latest/docs/reference/config/networking/virtual-service/',
  docs: `
    A VirtualService without hosts takes no requests itself: it contains routes for another one that
    names it as \`delegate\`. When none does, it has no effect.

    Fix: delegate to it, add the missing hosts, or remove it.
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
