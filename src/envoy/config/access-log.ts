import type { Extension } from './any';

export interface AccessLog extends Extension {
  filter?: AccessLogFilter;
}

export interface AccessLogFilter {
  responseFlagFilter?: { flags?: string[] };
  statusCodeFilter?: {
    comparison?: { op?: 'EQ' | 'GE' | 'LE'; value?: { defaultValue?: number; runtimeKey?: string } };
  };
  extensionFilter?: Extension;
  andFilter?: { filters?: AccessLogFilter[] };
}
