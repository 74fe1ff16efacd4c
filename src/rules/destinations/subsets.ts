/** Which DestinationRules speak of a host, whether or not anybody uses them. */
import { configs } from '../../mesh/settings/configs';
import { addTo } from '../../mesh/grouping';
import { fullHost } from '../../mesh/services/hostname';
import { perMesh } from '../../mesh/memo';
import type { Mesh } from '../../mesh/mesh';
import type { KindMap } from '../../schema/kinds';
import type { Resource } from '../../source/resource';
import { completed } from './hosts';

type DestinationRule = Resource<KindMap['DestinationRule']>;

const byHost = perMesh((mesh) => {
  const rules = new Map<string, DestinationRule[]>();
  for (const rule of configs(mesh, 'DestinationRule')) {
    const host = fullHost(rule.value.spec?.host ?? '', rule.namespace, mesh.domain);
    addTo(rules, host, rule);
    const meant = completed(mesh, host);
    if (meant !== undefined) addTo(rules, meant, rule);
  }
  return rules;
});

/** The DestinationRules that name a host, those among them that name it as `name.namespace`. */
export const rulesNaming = (mesh: Mesh, host: string): readonly DestinationRule[] => byHost(mesh).get(host) ?? [];

/** Those of them that declare a subset. */
export const rulesDeclaring = (mesh: Mesh, host: string, subset: string): readonly DestinationRule[] =>
  rulesNaming(mesh, host).filter(({ value }) => value.spec?.subsets?.some(({ name }) => name === subset));
