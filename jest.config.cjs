/**
 * How jest runs the tests. `npm test` runs `*.test.ts`; the scripts test:browser, test:python and
 * test:pytorch in package.json choose other files, and other time limits, on the command line.
 * Files are only transpiled here; `npm run lint` checks the types of the tests.
 */
module.exports = {
  testEnvironment: 'node',
  testMatch: ['<rootDir>/test/**/*.test.ts', '<rootDir>/packages/*/test/**/*.test.ts'],
  transform: { '\\.ts$': ['ts-jest', { tsconfig: '<rootDir>/test/tsconfig.json' }] },
  // Downloaded and built folders contain package.json files of other packages.
  modulePathIgnorePatterns: [
    '<rootDir>/build/',
    '<rootDir>/dist/',
    '<rootDir>/runtime/',
    '<rootDir>/.python/',
  ],
  // In ms. On a busy machine, starting a child process or compiling a network takes seconds.
  testTimeout: 60_000,
  maxWorkers: 2,
};
