/**
 * Prints the devices with their metrics and configuration, and which layer of a network runs on which device.
 *
 *     node build/examples/query-devices.js -m models/efficientnet-lite0.xml
 */
import { parseArgs } from 'node:util';
import { IECore } from 'openvino-iecore';

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { model: { type: 'string', short: 'm', default: 'models/efficientnet-lite0.xml' } },
  });
  const ie = new IECore();
  const net = await ie.readNetwork(values.model);
  for (const device of ie.availableDevices) {
    console.log(`${device}: ${String(ie.getMetric(device, 'FULL_DEVICE_NAME'))}`);
    for (const metric of ie.getMetric(device, 'SUPPORTED_METRICS') as string[])
      console.log(`  ${metric} = ${JSON.stringify(ie.getMetric(device, metric))}`);
    for (const key of ie.getMetric(device, 'SUPPORTED_CONFIG_KEYS') as string[])
      console.log(`  ${key} = ${JSON.stringify(ie.getConfig(device, key))}`);
  }
  // HETERO asks one device after the other; layers that none supports are not in the result.
  const devices = `HETERO:${ie.availableDevices.join(',')}`;
  const places = Object.values(await ie.queryNetwork(net, devices));
  for (const place of new Set(places)) {
    const layers = places.filter((other) => other === place).length;
    console.log(`${layers} of the layers of ${net.name} run on ${place}`);
  }
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
