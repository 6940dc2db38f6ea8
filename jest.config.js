/** @type {import('jest').Config} */
export default {
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  // They run the program on Windows: npm run test:windows.
  testPathIgnorePatterns: ['/node_modules/', '<rootDir>/test/windows/'],
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: { parser: { syntax: 'typescript' }, target: 'es2023' },
        module: { type: 'es6' },
      },
    ],
  },
  // Most of the time is spent waiting, so that leaving a processor idle gains nothing.
  maxWorkers: '100%',
  testTimeout: 30_000,
  // Many tests wait for something that takes its time: a time-out, a lock that has to go silent.
  maxConcurrency: 12,
};
