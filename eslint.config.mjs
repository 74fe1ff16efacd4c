import tseslint from 'typescript-eslint';
import { inheritedKey } from './scripts/lint/inherited-key.mjs';

export default tseslint.config(
  { ignores: ['dist', 'fixtures', 'schemas', 'src/schema/kinds', 'coverage'] },
  ...tseslint.configs.recommendedTypeChecked,
  {
    files: ['**/*.ts'],
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/no-explicit-any': 'error',
      // The names beside a rest are those that are left out of it.
      '@typescript-eslint/no-unused-vars': ['error', { ignoreRestSiblings: true }],
      '@typescript-eslint/no-non-null-assertion': 'off',
      eqeqeq: 'error',
      'max-depth': ['error', 4],
    },
  },
  {
    files: ['src/**/*.ts'],
    plugins: { meshlint: { rules: { 'inherited-key': inheritedKey } } },
    rules: { 'meshlint/inherited-key': 'error' },
  },
  // Parsed YAML has no static type: `any` may stand where text becomes values, and nowhere else.
  { files: ['src/source/**/*.ts'], rules: { '@typescript-eslint/no-explicit-any': 'off' } },
  {
    files: ['**/*.mjs', '**/*.js'],
    extends: [tseslint.configs.disableTypeChecked],
    rules: { '@typescript-eslint/no-require-imports': 'off' },
  },
);
