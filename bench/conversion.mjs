/** Compares `iecore mo` with OpenVINO's own converter, from ONNX to IR in FP32. */
import { join } from 'node:path';
import { alternate, column, compare, runCommand } from './lib/measure.mjs';
import { cli, environments, onnx, scratch } from './lib/places.mjs';

const converter = 'from openvino.tools.ovc.main import main; import sys; sys.exit(main())';

export const title = 'Conversion';
export const about =
  "`iecore mo` compared with Python's `ovc`: conversion from ONNX to IR in FP32, each in its own process. Time is that of the whole process, memory its peak.";

export async function run({ rounds }) {
  const rows = [];
  for (const name of ['resnet18', 'efficientnet_lite0']) {
    const model = onnx(name);
    const results = await alternate(
      {
        mo: () =>
          runCommand(process.execPath, [
            ...[cli, 'mo', '--input_model', model, '--silent'],
            ...['--output_dir', scratch, '--model_name', `${name}-mo`],
          ]),
        ovc: () =>
          runCommand(environments.quantize(), [
            ...['-c', converter, model, '--compress_to_fp16=False'],
            ...['--output_model', join(scratch, `${name}-ovc.xml`)],
          ]),
      },
      rounds,
    );
    const of = (subject, what) => column(results[subject], what);
    rows.push(
      { what: `${name}, time`, unit: 's', ours: of('mo', 'seconds'), peer: of('ovc', 'seconds') },
      {
        what: `${name}, peak memory`,
        unit: 'MB',
        ours: of('mo', 'megabytes'),
        peer: of('ovc', 'megabytes'),
      },
    );
  }
  const why =
    'Both hold the same model, read by the same reader. The rest is what Node and Python need themselves; Node needs a few MB more.';
  return rows.map((row) => compare({ ...row, peerName: 'ovc', goal: 1, better: 'lower', why }));
}
