/** The tests that open pages in Chromium: `npm run test:browser`. */
module.exports = {
  ...require('./jest.config.cjs'),
  testMatch: ['<rootDir>/test/**/*.browser.ts'],
};
