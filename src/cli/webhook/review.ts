import { own } from '../../source/own';
import { isRecord } from '../../source/record';
import type { KubernetesObject } from '../../source/resource';
import type { Decision } from './decide';

/** What the API server asks, as far as an answer depends on it. */
export interface AdmissionRequest {
  readonly uid: string;
  readonly operation: string;
  readonly group: string;
  readonly kind: string;
  readonly namespace: string | undefined;
  readonly name: string;
  /** Such as `status` or `scale`; empty for the object itself. */
  readonly subResource: string;
  readonly dryRun: boolean;
  /** The object after the change; undefined where it is deleted. */
  readonly object: KubernetesObject | undefined;
  readonly oldObject: KubernetesObject | undefined;
}

/** A request that is not an AdmissionReview which can be answered, and the status of HTTP that says so. */
export class BadRequest extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

const REVIEW_VERSION = 'admission.k8s.io/v1';

/** Reads the body of a request. Throws BadRequest where it is not an AdmissionReview of version v1. */
export function readReview(body: string): AdmissionRequest {
  const { apiVersion, kind, request } = recordOf(parse(body), 'the body');
  if (kind !== 'AdmissionReview' || apiVersion !== REVIEW_VERSION)
    throw new BadRequest(
      400,
      `expected kind "AdmissionReview" of ${REVIEW_VERSION}, found ${JSON.stringify(kind)} of ${JSON.stringify(apiVersion)}`,
    );
  const asked = recordOf(request, '"request"');
  const { group, kind: named } = recordOf(asked['kind'], '"request.kind"');
  return {
    uid: required(asked, 'uid'),
    operation: required(asked, 'operation'),
    group: textOf(group),
    kind: textOf(named),
    namespace: textOf(asked['namespace']) || undefined,
    name: textOf(asked['name']),
    subResource: textOf(asked['subResource']),
    dryRun: asked['dryRun'] === true,
    object: objectOf(asked, 'object'),
    oldObject: objectOf(asked, 'oldObject'),
  };
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch (error) {
    throw new BadRequest(400, `the body is not valid JSON: ${(error as Error).message}`);
  }
}

function recordOf(value: unknown, name: string): Record<string, unknown> {
  if (!isRecord(value)) throw new BadRequest(400, `${name} is not an object`);
  return value;
}

function required(asked: Record<string, unknown>, name: string): string {
  const value = own(asked, name);
  if (typeof value !== 'string' || value === '') throw new BadRequest(400, `"request.${name}" is missing`);
  return value;
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

function objectOf(asked: Record<string, unknown>, name: string): KubernetesObject | undefined {
  const value = own(asked, name);
  if (value === null || value === undefined) return undefined;
  const object = recordOf(value, `"request.${name}"`);
  for (const key of ['apiVersion', 'kind'] as const)
    if (typeof object[key] !== 'string') throw new BadRequest(400, `"request.${name}.${key}" is missing`);
  const metadata = isRecord(object['metadata']) ? object['metadata'] : {};
  return { ...(object as unknown as KubernetesObject), metadata };
}

/** The answer to a request, as the API server reads it. Warnings are shown by kubectl. */
export function reviewOf(uid: string, { refusals, warnings }: Decision): object {
  const isAllowed = refusals.length === 0;
  return {
    apiVersion: REVIEW_VERSION,
    kind: 'AdmissionReview',
    response: {
      uid,
      allowed: isAllowed,
      ...(!isAllowed && { status: { code: 422, reason: 'Invalid', message: refusals.join('; ') } }),
      ...(warnings.length > 0 && { warnings: shortened(warnings) }),
    },
  };
}

// The API server cuts what is longer, and all warnings together at 4,096 characters.
const LONGEST = 256;
const MOST = 15;

function shortened(warnings: readonly string[]): string[] {
  const shown = warnings
    .slice(0, MOST)
    .map((each) => (each.length > LONGEST ? `${each.slice(0, LONGEST - 3)}...` : each));
  return warnings.length > MOST ? [...shown, `and ${warnings.length - MOST} more`] : shown;
}
