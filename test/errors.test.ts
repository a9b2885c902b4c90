import {
  AbortError,
  ArgumentError,
  errorOf,
  FileError,
  OpenVINOError,
  translate,
} from '../lib/errors';

test('each code has one error class, with its name', () => {
  const cause = new Error('why');
  const error = errorOf('SHAPE_MISMATCH', 'text', { cause });
  expect(error).toBeInstanceOf(ArgumentError);
  expect(error).toBeInstanceOf(OpenVINOError);
  expect(error).toBeInstanceOf(Error);
  expect(error).toMatchObject({
    name: 'ArgumentError',
    code: 'SHAPE_MISMATCH',
    message: 'text',
    cause,
  });
  expect(errorOf('FILE_NOT_FOUND', '')).toBeInstanceOf(FileError);
  expect(errorOf('ABORT_ERR', '')).toBeInstanceOf(AbortError);
  expect('cause' in errorOf('CLOSED', '')).toBe(false);
});

describe('translate', () => {
  test('returns errors of this package unchanged', () => {
    const error = errorOf('CLOSED', 'text');
    expect(translate(error, 'context')).toBe(error);
  });

  test('keeps the message of the runtime and removes its source lines', () => {
    const native = Object.assign(
      new Error(
        "Exception from src/inference/src/cpp/core.cpp:97:\nCheck 'a == b' failed at src/core/x.cpp:12:\nThe words\nthat matter\n",
      ),
      { code: 'NETWORK_NOT_READ' },
    );
    const error = translate(native, 'Cannot read a.xml');
    expect(error.message).toBe('Cannot read a.xml: The words that matter');
    expect(error).toMatchObject({ code: 'NETWORK_NOT_READ', cause: native });
  });

  test.each([
    [Object.assign(new Error('no'), { code: 'toString' }), 'no'],
    [Object.assign(new Error('no'), { code: 'EACCES' }), 'no'],
    ['text', 'text'],
    [undefined, 'undefined'],
  ])('%p, without a code of this package, becomes a general error', (thrown, message) => {
    expect(translate(thrown)).toMatchObject({ code: 'GENERAL_ERROR', message });
  });

  test('keeps a message that consists of source lines only', () => {
    const message = 'Exception from src/core.cpp:97:';
    expect(translate(new Error(message)).message).toBe(message);
  });
});
