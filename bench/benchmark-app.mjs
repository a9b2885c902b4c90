/** Compares `iecore benchmark` with Python's benchmark_app: same model, streams, requests and precision. */
import { alternate, compare, runCommand } from './lib/measure.mjs';
import { cli, environments, ir } from './lib/places.mjs';

const app = 'from openvino.tools.benchmark.main import main; import sys; sys.exit(main())';

export const title = 'benchmark_app';
export const about =
  "`iecore benchmark` compared with OpenVINO's `benchmark_app` in Python: throughput with the same hint, streams, requests and precision. Each runs in its own process.";

const modes = {
  sync: ['-api', 'sync', '-hint', 'latency'],
  async: ['-api', 'async', '-hint', 'none', '-nstreams', '2', '-nireq', '2'],
};

export async function run({ rounds, short }) {
  const rows = [];
  const time = ['-t', short ? '1' : '4', '-infer_precision', 'f32', '-d', 'CPU'];
  for (const name of ['resnet18', 'efficientnet_lite0']) {
    const model = ir(name);
    for (const [mode, flags] of Object.entries(modes)) {
      const results = await alternate(
        {
          ours: () => {
            const args = [cli, 'benchmark', '-m', model, ...flags, ...time, '--json'];
            return JSON.parse(runCommand(process.execPath, args).output).fps;
          },
          peer: () => {
            const args = ['-c', app, '-m', model, ...flags, ...time];
            const { output } = runCommand(environments.quantize(), args);
            return Number(/Throughput:\s+([\d.]+) FPS/.exec(output)[1]);
          },
        },
        rounds,
      );
      rows.push(
        compare({
          what: `${name}, ${mode}`,
          unit: 'FPS',
          ours: results.ours,
          peer: results.peer,
          peerName: 'benchmark_app',
          goal: 0.98,
          better: 'higher',
          why: 'Both only start inferences and wait; single rounds of either differ by more than this.',
        }),
      );
    }
  }
  return rows;
}
