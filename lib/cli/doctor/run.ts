import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { IECore } from '../../core';
import { loadAddon } from '../../addon/loader';
import {
  addonFile,
  explainMissing,
  findRuntime,
  listPlaces,
  packageRoot,
  readAddonNote,
  type Search,
} from '../../addon/runtime';
import { inspectTools } from '../../setup/scripts';
import { declare, exitCodes, print, printJson, type CommonOptions } from '../shared/command';

/** One thing that was looked at. */
interface Check {
  name: string;
  ok: boolean;
  /** Inference cannot run without it; what is only needed to build is not. */
  needed: boolean;
  /** What was found, or what is wrong. */
  detail: string;
  /** The command or the step that mends it. */
  remedy?: string;
}

/** `iecore doctor`: what is here, what is missing, and what mends it. */
export function doctorCommand(): Command {
  return declare('doctor', 'Say what is here, what is missing, and how to mend it', [
    ['iecore doctor', 'everything at a glance; exit code 0 when inference can run, else 1'],
    ['iecore doctor --verbose', 'also every place where a runtime was looked for'],
    ['iecore doctor --json', 'for programs: { ok, checks, runtime, tried }'],
  ]).action(doctor);
}

async function doctor(options: CommonOptions): Promise<void> {
  const search = findRuntime();
  const addon = checkAddon();
  const checks = [
    checkNode(),
    checkSystem(),
    ...checkTools(),
    checkRuntime(search),
    addon,
    ...(addon.ok ? [checkDevices()] : []),
    checkModel(),
    await checkSharp(),
  ];
  const ok = checks.every((check) => check.ok || !check.needed);
  if (options.json) printJson({ ok, checks, ...search });
  else {
    for (const check of checks) print(format(check));
    if (options.verbose && search.tried.length > 0) {
      print(`\nPlaces without a runtime that will do:\n${listPlaces(search)}`);
    }
    print(
      ok
        ? '\nInference can run.'
        : '\nInference cannot run yet; the first remedy above comes first.',
    );
  }
  if (!ok) process.exitCode = exitCodes.failed;
}

function format({ name, ok, needed, detail, remedy }: Check): string {
  const mark = ok ? 'ok' : needed ? 'MISSING' : 'missing';
  const indent = ' '.repeat(25);
  const lines = [detail, ...(remedy === undefined ? [] : [`→ ${remedy}`])].join('\n').split('\n');
  return `${mark.padEnd(8)} ${name.padEnd(15)} ${lines.join(`\n${indent}`)}`;
}

function wordsOf(error: unknown): string {
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
    detail: `${system}, a C library other than glibc`,
    remedy: "Use a system with glibc, such as Debian's: OpenVINO's wheels are made for it",
  };
}

function checkTools(): Check[] {
  return inspectTools().map(({ name, found, install }) => {
    const check = { name, ok: found !== null, needed: false };
    return found === null
      ? { ...check, detail: 'not found; needed to fetch or to build', remedy: install }
      : { ...check, detail: found };
  });
}

function checkRuntime(search: Search): Check {
  const { runtime } = search;
  // A runtime that the linker finds and we do not is enough: the addon's check decides.
  const check = { name: 'OpenVINO', needed: false };
  if (runtime === null) {
    const remedy = explainMissing(search).split('\n').at(-1) ?? '';
    return { ...check, ok: false, detail: 'none found; --verbose lists the places', remedy };
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
      ? { ...check, ok: false, detail: wordsOf(error) }
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
    return { ...check, ok: false, detail: wordsOf(error) };
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
    return { ...check, ok: true, detail: 'reads pictures' };
  } catch (error) {
    // sharp's own words hold the remedy.
    return { ...check, ok: false, detail: wordsOf(error) };
  }
}
