/** Types are checked by `npm run test:types`; here every file is only transpiled. */
module.exports = {
  testEnvironment: 'node',
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  transform: { '\\.ts$': ['ts-jest', { tsconfig: '<rootDir>/test/tsconfig.json' }] },
  // What setup and build leave behind holds package.json files of other packages.
  modulePathIgnorePatterns: [
    '<rootDir>/build/',
    '<rootDir>/dist/',
    '<rootDir>/runtime/',
    '<rootDir>/.python/',
  ],
  // A test that starts a child process or compiles a network needs seconds on a busy machine.
  testTimeout: 60_000,
  maxWorkers: 2,
};
