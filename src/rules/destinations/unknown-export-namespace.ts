import { configs } from '../../mesh/settings/configs';
import { DATAPLANE_MODE } from '../../mesh/injection/injection';
import { isNamespace, namespaceOf, namespaces } from '../../mesh/settings/namespaces';
import { didYouMean } from '../../schema/spelling';
import { rule } from '../rule';

/** What exportTo says that is no namespace: everywhere, here, nowhere. */
const WORDS = new Set(['*', '.', '~']);

export default rule({
  name: 'unknown-export-namespace',
  category: 'reference',
  severity: 'error',
  summary: 'An exportTo list names a namespace that does not exist.',
  url: 'https://istio.io/latest/docs/reference/config/networking/virtual-service/',
  docs: `
    exportTo lists the namespaces whose proxies receive the object. Istio accepts any name, so a
    misspelt one hides the object from the intended namespace: its proxies do not apply the
    VirtualService or DestinationRule, or do not know the hosts of the ServiceEntry.

    Fix: correct the name. Kiali does not check objects in ambient namespaces, and treats "~" as a
    namespace.
  `,
  sameAs: ['KIA0005'],
  check({ mesh, missing }) {
    const exported = [
      ...configs(mesh, 'VirtualService').flatMap((each) => each.each('spec.exportTo[]')),
      ...configs(mesh, 'DestinationRule').flatMap((each) => each.each('spec.exportTo[]')),
      ...configs(mesh, 'ServiceEntry').flatMap((each) => each.each('spec.exportTo[]')),
    ];
    for (const field of exported) {
      if (WORDS.has(field.value) || isNamespace(mesh, field.value)) continue;
      const hint = didYouMean(field.value, namespaces(mesh).keys());
      const { labels } = namespaceOf(mesh, field.resource.namespace);
      const sameAs = labels[DATAPLANE_MODE] === 'ambient' ? [] : ['KIA0005'];
      missing(field, { kind: 'Namespace', namespace: '' }, `namespace "${field.value}" does not exist${hint}`, {
        sameAs,
      });
    }
  },
});
