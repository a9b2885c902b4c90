/** Translates errors that the runtime reports for a device, and adds the reason and a remedy. */
import type { NativeConfig, NativeCore } from '../addon/native-types';
import { errorOf, translate, type OpenVINOError } from '../errors';
import { devicesOf, explainRefusal } from './config-check';
import { baseDevices, explainDevice, isKnownDevice } from './names';

/**
 * Finds the first device in a name whose plugin does not load, and says why, in the words of the system's linker;
 * undefined if all plugins load.
 */
export function explainBrokenPlugin(core: NativeCore, device: string): string | undefined {
  for (const name of baseDevices(device)) {
    try {
      core.versions(name);
    } catch (error) {
      const why = isKnownDevice(name) ? explainDevice(name, core.availableDevices()) : undefined;
      return `${why ?? `The plugin of ${name} does not load`} (${translate(error).message})`;
    }
  }
  return undefined;
}

/**
 * Translates an error of a call for a device. A missing device becomes DEVICE_NOT_AVAILABLE, and configuration that
 * the device refuses becomes UNSUPPORTED_PROPERTY: the runtime reports both like any other failure.
 *
 * @param context - the failed action, such as "Cannot load the network on GPU"
 * @param config - the configuration of the call
 */
export function deviceError(
  core: NativeCore,
  error: unknown,
  device: string,
  context: string,
  config: NativeConfig = {},
): OpenVINOError {
  const translated = translate(error, context);
  if (translated === error) return translated;
  if (['OUT_OF_MEMORY', 'FILE_NOT_WRITABLE'].includes(translated.code)) return translated;
  const why = explainBrokenPlugin(core, device) ?? explainDevice(device, core.availableDevices());
  if (why !== undefined)
    return errorOf('DEVICE_NOT_AVAILABLE', `${context}: ${why}`, { cause: error });
  const refused = explainRefusal(core, devicesOf(core, device, config), config);
  return refused === undefined
    ? translated
    : errorOf('UNSUPPORTED_PROPERTY', `${context}: ${refused}`, { cause: error });
}
