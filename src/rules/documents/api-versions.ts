/** The versions in which one kind can be written. */
import { admit } from '../../schema/admit';
import { type Release, kindsOf } from '../../schema/release';
import { Resource } from '../../source/resource';
import { replacing } from '../edits';
import type { Fix } from '../rule';

/** The fix that writes another API version, where the document says the same in it. */
export function versionFix(resource: Resource<unknown>, apiVersion: string, release: Release): Fix | undefined {
  const isSame = hasOneSchema(resource, apiVersion, release) || isAdmitted(resource, apiVersion, release);
  return isSame ? replacing(resource.at(['apiVersion']), apiVersion) : undefined;
}

/** Whether all versions of the kind have the same fields, as those of Istio's own kinds do. */
function hasOneSchema({ kind }: Resource<unknown>, apiVersion: string, release: Release): boolean {
  const group = apiVersion.replace(/\/.*/, '');
  return kindsOf(release).filter((known) => known.group === group && known.kind === kind).length === 1;
}

function isAdmitted(resource: Resource<unknown>, apiVersion: string, release: Release): boolean {
  const { document, base, provenance } = resource;
  const value = { ...(resource.written as object), apiVersion };
  const { violations } = admit(new Resource(document, base, value, value, provenance), release);
  return !violations.some(({ severity }) => severity === 'error');
}
