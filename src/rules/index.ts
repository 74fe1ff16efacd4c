import duplicateResource from './duplicate-resource';
import type { Rule } from './rule';
import schemaViolation from './schema-violation';
import unreadableFile from './unreadable-file';
import unrenderedTemplate from './unrendered-template';
import unusedSuppression from './unused-suppression';
import yamlSyntax from './yaml-syntax';

/** Every rule there is. Those that judge a single document stand first; what asks which suppressions were used stands last. */
export const rules: readonly Rule[] = [
  unreadableFile,
  yamlSyntax,
  unrenderedTemplate,
  schemaViolation,
  duplicateResource,
  unusedSuppression,
];
