import { withoutGaps, writtenPath } from '../source/gaps';
import { type Path, formatPath } from '../source/path';
import { UnreadableYaml, loadValue } from '../source/values';
import { check } from './check';
import type { ConfigMap } from './kinds/kubernetes';
import { type Release, schemaOf } from './release';
import { type Violation, violation } from './violation';
import { meshViolations } from './webhook';
import { isNewsToWebhook } from './webhook/news';
import { own } from '../source/own';

const MESSAGES = { mesh: 'MeshConfig', meshNetworks: 'MeshNetworks' } as const;
type Message = (typeof MESSAGES)[keyof typeof MESSAGES];

/**
 * What istiod would not understand in the ConfigMap that configures it. Not every text can be looked into for
 * places, so the message names the field.
 */
export function meshConfigMapViolations({ metadata, data = {} }: ConfigMap, release: Release): Violation[] {
  if (!/^istio(-|$)/.test(metadata?.name ?? '')) return [];
  return Object.entries(MESSAGES).flatMap(([key, kind]) => {
    const text = own(data, key);
    return text === undefined ? [] : textViolations(['data', key], kind, text, release);
  });
}

function textViolations(path: Path, kind: Message, text: string, release: Release): Violation[] {
  const wrong = (reason: Violation['reason'], message: string, severity: Violation['severity'] = 'error') =>
    violation(reason, path, message, { layer: 'webhook', severity });
  let value: unknown;
  try {
    value = loadValue(text);
  } catch (error) {
    if (!(error instanceof UnreadableYaml)) throw error;
    return [wrong('format', `the ${kind} is not valid YAML: ${error.message}`)];
  }
  return messageViolations(kind, value, release).map((found) => {
    const at = found.path.length ? `in ${formatPath(found.path)} of the ${kind}` : `in the ${kind}`;
    return {
      ...wrong(found.reason, `${at}: ${found.message}`, found.severity),
      inside: found.path,
      on: found.on,
      ours: found.ours,
    };
  });
}

/** What istiod would not understand of its own settings. */
export function messageViolations(kind: Message, value: unknown, release: Release): Violation[] {
  if (value === undefined || value === null) return [];
  const { violations: shape, ...checked } = check(schemaOf(release, 'mesh', 'v1alpha1', kind)!.bundle, kind, value);
  const dense = withoutGaps(checked.value);
  const sense = meshViolations(kind, dense, release).map((found) => ({
    ...found,
    path: checked.written(writtenPath(dense, found.path)),
  }));
  return [...shape, ...sense.filter(isNewsToWebhook(shape))].filter(
    ({ path }) => release !== '1.4' || formatPath(path) !== INSTALLED_IN_1_4,
  );
}

/** A field that the installation of Istio 1.4 writes into its MeshConfig although its API does not have it. */
const INSTALLED_IN_1_4 = 'localityLbSetting.enabled';
