import { csvField, jsonText, plainText, terminalText, xmlText } from '../../lib/base/escape-text';

const controls = Array.from({ length: 0xa0 }, (_, i) => String.fromCharCode(i)).filter(
  (char) => char < ' ' || char >= '\x7f',
);
const turners = [...'\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069'];
const separators = ['\u2028', '\u2029'];
const all = [...controls, ...turners, ...separators].join('');

/** Whether a terminal shows each of the characters. */
const isShown = (text: string): boolean =>
  !/[\0-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/.test(text); // eslint-disable-line no-control-regex

test('plainText escapes control characters and line ends', () => {
  expect(plainText('\x1b[31mred\x07\n\r\t\x7f\x9b2J \u202ecod\u2028')).toBe(
    String.raw`\x1b[31mred\x07\n\r\t\x7f\x9b2J \u202ecod\u2028`,
  );
  expect(isShown(plainText(all))).toBe(true);
  expect(plainText('\ud800x')).toBe(String.raw`\ud800x`);
});

test.each(['tabby', 'größer', '熊猫', '🐼', 'عربي', 'a\\nb'])('does not change %s', (text) => {
  for (const safe of [plainText, terminalText, csvField]) expect(safe(text)).toBe(text);
});

test('terminalText keeps line ends and tabs', () => {
  expect(terminalText('one\n\ttwo\x1b]0;title\x07')).toBe('one\n\ttwo\\x1b]0;title\\x07');
});

test('xmlText makes any text valid in XML', () => {
  expect(xmlText('<b title="x">\'&\x00\x1b\uffff')).toBe(
    '&#60;b title=&#34;x&#34;&#62;&#39;&#38;\\x00\\x1b\ufffd',
  );
  // The characters that XML 1.0 allows (section 2.2).
  expect(xmlText(`${all}\ufffe\uffff\ud800`)).toMatch(
    /^[\x09\x0a\x0d\x20-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]*$/u, // eslint-disable-line no-control-regex
  );
});

test('jsonText keeps the value and escapes control characters', () => {
  const value = { [all]: [all, '\ud800'] };
  const text = jsonText(value);
  expect(JSON.parse(text)).toEqual(value);
  expect(isShown(text.replaceAll('\n', ''))).toBe(true);
});

describe('csvField', () => {
  test.each([
    ['conv1', 'conv1'],
    ['a;b', '"a;b"'],
    ['say "x"', '"say ""x"""'],
    ['two\nlines', String.raw`two\nlines`],
    ['=1+1', "'=1+1"],
    ["=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0"],
    ['@SUM(1)', "'@SUM(1)"],
    ['+SUM(1;2)', `"'+SUM(1;2)"`],
    ['-2+3', "'-2+3"],
    ['\t=1', "'\\t=1"],
    ['-1.5', '-1.5'],
    ['-1.5e-3', '-1.5e-3'],
    ['-report_type', '-report_type'],
  ])('%j is %j', (text, field) => {
    expect(csvField(text)).toBe(field);
  });
});
