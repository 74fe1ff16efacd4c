import type { HttpConnectionManager } from '../envoy/config';
import type { MeshConfig } from '../mesh/settings/mesh-config';

/** How paths are made plain before they are looked at, as MeshConfig says. */
export function pathNormalization({ pathNormalization }: MeshConfig): HttpConnectionManager {
  const kept = { pathWithEscapedSlashesAction: 'KEEP_UNCHANGED' } as const;
  switch (pathNormalization?.normalization) {
    case 'NONE':
      return { ...kept, normalizePath: false };
    case 'MERGE_SLASHES':
      return { ...kept, normalizePath: true, mergeSlashes: true };
    case 'DECODE_AND_MERGE_SLASHES':
      return { normalizePath: true, mergeSlashes: true, pathWithEscapedSlashesAction: 'UNESCAPE_AND_FORWARD' };
    case 'BASE':
    case 'DEFAULT':
    case undefined:
      return { ...kept, normalizePath: true };
  }
}
