/** The tests that need Chromium and a Python with PyTorch, torchvision and timm: `npm run test:pytorch`. */
module.exports = {
  ...require('./jest.config.cjs'),
  testMatch: ['<rootDir>/test/**/*.pytorch.ts'],
  testTimeout: 600_000,
};
