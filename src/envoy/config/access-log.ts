import type { Extension } from './any';

export interface AccessLog extends Extension {
  filter?: AccessLogFilter;
}

export interface AccessLogFilter {
  responseFlagFilter?: { flags?: string[] };
  extensionFilter?: Extension;
  andFilter?: { filters?: AccessLogFilter[] };
}
