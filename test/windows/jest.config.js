import base from '../../jest.config.js';
import { skipped } from './skipped.js';

/** @type {import('jest').Config} */
export default {
  ...base,
  rootDir: '../..',
  testPathIgnorePatterns: ['/node_modules/'],
  testMatch: [
    '<rootDir>/test/windows/*.test.ts',
    ...Object.keys(skipped).map((file) => `<rootDir>/${file}`),
  ],
  testEnvironment: '<rootDir>/test/windows/environment.js',
  reporters: ['default', '<rootDir>/test/windows/reporter.js'],
  // Where programs take a second to start, a test with many of them takes its time.
  testTimeout: 60_000,
};
