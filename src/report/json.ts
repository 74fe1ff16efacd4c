import type { Finding } from '../rules/rule';
import type { Report } from './report';
import { summaryOf } from './summary';

/** `lint --format json`, version 1: see the design's command line contract. */
export function json({ mesh, result }: Report): string {
  const { findings, unchecked, faults } = result;
  const written = {
    version: 1,
    findings: findings.map(findingJson),
    unchecked,
    ...(faults.length && { faults: faults.map(({ where }) => ({ where, message: 'internal fault' })) }),
    summary: summaryOf(mesh, result),
  };
  return `${JSON.stringify(written, null, 2)}\n`;
}

/** One finding as data. */
export function findingJson({ rule, severity, message, place, related, fix, sameAs }: Finding): object {
  const { resource } = place;
  return {
    rule: rule.name,
    url: rule.url,
    category: rule.category,
    severity,
    message,
    resource: resource && {
      apiVersion: resource.apiVersion,
      kind: resource.kind,
      namespace: resource.namespace,
      name: resource.name,
    },
    file: place.file.path,
    range: place.range,
    path: place.pathText,
    ...(resource?.document.origin && { renderedFrom: resource.document.origin }),
    sameAs,
    related: related.map((other) => ({
      file: other.place.file.path,
      range: other.place.range,
      message: other.message,
    })),
    ...(fix && { fix: { title: fix.title, safety: fix.safety } }),
  };
}
