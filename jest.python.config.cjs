/** The tests that quantize; the first run downloads NNCF, 500 MB: `npm run test:python`. */
module.exports = {
  ...require('./jest.config.cjs'),
  testMatch: ['<rootDir>/test/**/*.python.ts'],
  testTimeout: 900_000,
  // Two at once would download it twice.
  maxWorkers: 1,
};
