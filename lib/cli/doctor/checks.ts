/** The checks of `iecore doctor`: system, tools, runtime, addon, devices, example model and sharp. */

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { IECore } from '../../core';
import { loadAddon } from '../../addon/loader';
import {
  addonFile,
  explainMissing,
  packageRoot,
  readAddonNote,
  type Search,
} from '../../addon/runtime';
import { inspectTools } from '../../setup/scripts';

/** The result of one check. */
export interface Check {
  name: string;
  ok: boolean;
  /** Whether inference needs it; tools for building are not needed to run. */
  needed: boolean;
  /** The finding, or the problem. */
  detail: string;
  /** The command or the step that fixes it. */
  remedy?: string;
}

/** Runs all checks on the result of the search for a runtime. */
export async function runChecks(search: Search): Promise<Check[]> {
  const addon = checkAddon();
  return [
    checkNode(),
    checkSystem(),
    ...checkTools(),
    checkRuntime(search),
    addon,
    ...(addon.ok ? [checkDevices()] : []),
    checkModel(),
    await checkSharp(),
  ];
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function checkNode(): Check {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const ok = major > 20 || (major === 20 && minor >= 17);
  const check = { name: 'Node', ok, needed: true, detail: process.version };
  return ok ? check : { ...check, remedy: 'Install Node 20.17 or newer' };
}

function checkSystem(): Check {
  const system = `${process.platform}-${process.arch}`;
  const check = { name: 'System', ok: true, needed: true };
  if (process.platform !== 'linux') return { ...check, detail: system };
  const report = process.report.getReport() as { header: { glibcVersionRuntime?: string } };
  const glibc = report.header.glibcVersionRuntime;
  if (glibc !== undefined) return { ...check, detail: `${system}, glibc ${glibc}` };
  return {
    ...check,
    ok: false,
    needed: false,
    detail: `${system}, with a C library other than glibc`,
    remedy: 'Use a system with glibc, such as Debian: the wheels of OpenVINO need it',
  };
}

function checkTools(): Check[] {
  return inspectTools().map(({ name, found, install }) => {
    const check = { name, ok: found !== null, needed: false };
    return found === null
      ? {
          ...check,
          detail: 'not found; needed to fetch the runtime or to build the addon',
          remedy: install,
        }
      : { ...check, detail: found };
  });
}

function checkRuntime(search: Search): Check {
  const { runtime } = search;
  // Not needed: the linker may find a runtime that this search does not. The check of the addon decides.
  const check = { name: 'OpenVINO', needed: false };
  if (runtime === null) {
    const remedy = explainMissing(search).split('\n').at(-1) ?? '';
    return { ...check, ok: false, detail: 'not found; --verbose lists the places', remedy };
  }
  const libraries = runtime.cmake === null ? ', libraries only' : '';
  return {
    ...check,
    ok: true,
    detail: `${runtime.version ?? 'unknown version'} in ${runtime.root} (${runtime.place}, ${runtime.layout} layout${libraries})`,
  };
}

function checkAddon(): Check {
  const check = { name: 'Addon', needed: true };
  try {
    const { buildNumber } = loadAddon().version();
    const note = readAddonNote();
    const built = note ? `built for OpenVINO ${note.version}, ` : '';
    return { ...check, ok: true, detail: `${built}runs with ${buildNumber}` };
  } catch (error) {
    return existsSync(addonFile)
      ? { ...check, ok: false, detail: messageOf(error) }
      : { ...check, ok: false, detail: 'not built yet', remedy: 'npx iecore setup' };
  }
}

function checkDevices(): Check {
  const check = { name: 'Devices', needed: true };
  try {
    const ie = new IECore();
    const devices = ie.availableDevices.map(
      (device) => `${device} (${String(ie.getMetric(device, 'FULL_DEVICE_NAME'))})`,
    );
    return { ...check, ok: devices.length > 0, detail: devices.join(', ') || 'none' };
  } catch (error) {
    return { ...check, ok: false, detail: messageOf(error) };
  }
}

function checkModel(): Check {
  const file = join(packageRoot, 'models', 'efficientnet-lite0.xml');
  const check = { name: 'Model', needed: false };
  return existsSync(file)
    ? { ...check, ok: true, detail: file }
    : {
        ...check,
        ok: false,
        detail: `${file} does not exist`,
        remedy: 'Install the package again',
      };
}

async function checkSharp(): Promise<Check> {
  const check = { name: 'sharp', needed: false };
  try {
    await import('../../image/index.js');
    return { ...check, ok: true, detail: 'reads images' };
  } catch (error) {
    // The message of sharp contains the remedy.
    return { ...check, ok: false, detail: messageOf(error) };
  }
}
