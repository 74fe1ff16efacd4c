/** Documents that stay: in the newest version of their API, and without fields that later releases do not read. */
import { versionFix } from '../rules/documents/api-versions';
import { fixOf } from '../rules/documents/violations';
import type { Edit } from '../rules/rule';
import { admit } from '../schema/admit';
import { NEWEST, versionsOf } from '../schema/release';
import type { Resource } from '../source/resource';
import { insertingBefore } from './entries';
import { removedFieldEdits } from './removed-fields';

/** What is changed in the text of a document that stays. */
export const keptEdits = (resource: Resource): Edit[] => [
  ...versionEdits(resource),
  ...removedFieldEdits(resource),
  ...selectorEdits(resource),
];

function versionEdits(resource: Resource): Edit[] {
  const { group, version, kind } = resource;
  const newest = versionsOf(NEWEST, group, kind).find((each) => /^v\d+$/.test(each));
  if (newest !== undefined && newest !== version)
    return versionFix(resource, `${group}/${newest}`, NEWEST)?.edits() ?? [];
  const outdated = admit(resource, NEWEST).violations.filter(({ path }) => path[0] === 'apiVersion');
  return outdated.flatMap((violation) => fixOf(resource, violation, NEWEST)?.edits() ?? []);
}

/** Until Kubernetes 1.15 the labels of the template were the selector where none is written; now one is required. */
function selectorEdits(resource: Resource): Edit[] {
  const { group, version, kind } = resource;
  const isOld = group === 'extensions' || (group === 'apps' && version !== 'v1');
  if (!isOld || !['Deployment', 'DaemonSet', 'ReplicaSet', 'StatefulSet'].includes(kind)) return [];
  const template = resource.at(['spec', 'template']);
  const labels = resource.at(['spec', 'template', 'metadata', 'labels']).value;
  if (!labels || resource.at(['spec', 'selector']).value !== undefined) return [];
  const edit = insertingBefore(template, { selector: { matchLabels: labels } });
  return edit ? [edit] : [];
}
