export default {
  testEnvironment: 'node',
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '^.+\\.ts$': '<rootDir>/test/esbuild-transformer.js' },
  collectCoverageFrom: ['{core,functions,lib,local}/**/*.ts'],
  coverageReporters: ['text-summary', 'lcovonly'],
  // The console of a handler under test is its log; it belongs to assertions, not to the terminal.
  silent: false,
};
