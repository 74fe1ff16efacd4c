import { Document, type Role, SourceFile } from '../../source/file';
import { Resource } from '../../source/resource';

/** The same file in another role, with those of its resources that are kept. */
export function withRole(
  file: SourceFile,
  role: Role,
  keeps: (resource: Resource) => boolean = () => true,
): SourceFile {
  const copy = new SourceFile(file.path, file.isGenerated ? () => file.text : file.text, role);
  const documents = new Map<Document, Document>();
  const copyOf = (document: Document): Document => {
    const known = documents.get(document) ?? new Document(copy, document.slice, document.origin, document.readAs);
    documents.set(document, known);
    return known;
  };
  copy.passedOver = file.passedOver;
  copy.templates = file.templates;
  copy.chart = file.chart;
  for (const resource of file.resources.filter(keeps)) {
    const { document, base, value, written, provenance } = resource;
    copy.resources.push(new Resource(copyOf(document), base, value, written, provenance));
  }
  for (const problem of file.problems) copy.problems.push({ ...problem, place: { ...problem.place, file: copy } });
  return copy;
}

/** The same file with its objects in the namespaces that they get; those that lie in none stay as they are. */
export function inNamespace(file: SourceFile, namespaceOf: (resource: Resource) => string | undefined): SourceFile {
  const copy = withRole(file, file.role);
  copy.resources.forEach((resource, index) => {
    const namespace = namespaceOf(resource);
    if (namespace === undefined || resource.namespace === '' || namespace === resource.metadata.namespace) return;
    const { document, base, value, provenance } = resource;
    const placed = { ...value, metadata: { ...resource.metadata, namespace } };
    copy.resources[index] = new Resource(document, base, placed, placed, provenance);
  });
  return copy;
}
