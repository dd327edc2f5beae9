const shared = {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '^.+\\.ts$': '<rootDir>/test/esbuild-transformer.js' },
};

export default {
  projects: [
    {
      ...shared,
      displayName: 'unit',
      testMatch: ['<rootDir>/test/**/*.test.ts'],
      testPathIgnorePatterns: ['/node_modules/', '<rootDir>/test/e2e/'],
    },
    {
      ...shared,
      displayName: 'e2e',
      testMatch: ['<rootDir>/test/e2e/**/*.test.ts'],
      // One synthesis for all hosts that the tests start.
      globalSetup: '<rootDir>/test/e2e/synthesize-once.js',
    },
  ],
  // jest leaves one core idle by default; of two that is half the machine.
  maxWorkers: '100%',
  // A host starts in some 2 s and an order ends in milliseconds; what takes longer than this is stuck.
  testTimeout: 60_000,
  collectCoverageFrom: ['{core,functions,lib,local}/**/*.ts'],
  coverageReporters: ['text-summary', 'lcovonly'],
};
