// Checks the output of `iecore classify` for the package's photographs: one line each, and the right dog and coffee.
//
//   node scripts/ci/check-classify.cjs OUTPUT.txt
const assert = require('node:assert/strict');
const { readdirSync, readFileSync } = require('node:fs');
const { join } = require('node:path');

const text = readFileSync(process.argv[2], 'utf8');
const photographs = readdirSync(join(__dirname, '../../models/photographs'));
const predictions = [...text.matchAll(/FPS : [\d.]+ \| TIME : [\d.]+s \| PREDICT : (.+)$/gm)].map(
  (match) => match[1].trim(),
);

assert.equal(predictions.length, photographs.length, 'one line for each photograph');
for (const [file, name] of [
  ['coffee.jpg', 'espresso'],
  ['dog.jpg', 'German shepherd'],
]) {
  assert.ok(
    predictions.some((label) => label.startsWith(name)),
    `${file}: no ${name} among ${predictions.join(', ')}`,
  );
}
console.log(
  `classified ${predictions.length} photographs; the classes of dog.jpg and coffee.jpg are right`,
);
