import { join } from 'node:path';
import ts from 'typescript';

const root = join(__dirname, '../..');
const file = join(root, 'test', 'completion-of-nothing.ts');

const readFile = (name: string) => ts.sys.readFile(name);

/** The names that an editor suggests at the `|` in a program. */
function completions(program: string): string[] {
  const position = program.indexOf('|');
  const text = program.replace('|', '');
  const { config } = ts.readConfigFile(join(root, 'test/tsconfig.json'), readFile) as {
    config: object;
  };
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, join(root, 'test'));
  const service = ts.createLanguageService({
    getScriptFileNames: () => [file],
    getScriptVersion: () => '1',
    getScriptSnapshot: (name) => {
      const content = name === file ? text : readFile(name);
      return content === undefined ? undefined : ts.ScriptSnapshot.fromString(content);
    },
    getCurrentDirectory: () => root,
    getCompilationSettings: () => options,
    getDefaultLibFileName: (options) => ts.getDefaultLibFilePath(options),
    fileExists: (name) => name === file || ts.sys.fileExists(name),
    readFile,
    directoryExists: (name) => ts.sys.directoryExists(name),
  });
  const found = service.getCompletionsAtPosition(file, position, undefined);
  return (found?.entries ?? []).map(({ name }) => name);
}

const flow = `
  import { IECore, type IENetwork } from '../lib';
  declare const ie: IECore;
  declare const net: IENetwork;
  const [input] = Object.values(net.inputInfo);
`;

describe('an editor completes', () => {
  test('device names', () => {
    expect(completions(`${flow} ie.loadNetwork(net, '|');`)).toEqual(
      expect.arrayContaining(['CPU', 'GPU', 'NPU', 'AUTO', 'MULTI', 'HETERO', 'BATCH', 'MYRIAD']),
    );
  });

  test('precisions', () => {
    expect(completions(`${flow} input!.precision = '|';`)).toEqual(
      expect.arrayContaining(['FP32', 'FP16', 'BF16', 'I32', 'U8', 'BOOL', 'I4']),
    );
  });

  test('layouts', () => {
    expect(completions(`${flow} input!.layout = '|';`)).toEqual(
      expect.arrayContaining(['NCHW', 'NHWC', 'CHW', 'NC']),
    );
  });

  test('colour formats', () => {
    expect(completions(`${flow} input!.preProcess = { colorFormat: '|' };`)).toEqual(
      expect.arrayContaining(['RGB', 'BGR', 'NV12']),
    );
  });

  test('error codes', () => {
    const program = `
      import { OpenVINOError } from '../lib';
      declare const error: OpenVINOError;
      error.code === '|';
    `;
    expect(completions(program)).toEqual(
      expect.arrayContaining(['DEVICE_NOT_AVAILABLE', 'CLOSED']),
    );
  });
});
