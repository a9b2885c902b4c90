import { cpSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fetchedFolder, findRuntime } from '../../scripts/find-openvino.cjs';
import { packageRoot, write } from './folders';

/** An addon that compiles in seconds. */
const source = `#include <napi.h>
#include <openvino/core/version.hpp>

static Napi::Value Version(const Napi::CallbackInfo& info) {
  Napi::Object version = Napi::Object::New(info.Env());
  version["buildNumber"] = Napi::String::New(info.Env(), ov::get_openvino_version().buildNumber);
  return version;
}

static Napi::Object Init(Napi::Env env, Napi::Object exports) {
  exports["version"] = Napi::Function::New(env, Version);
  return exports;
}

NODE_API_MODULE(openvino_iecore, Init)
`;

/** The runtime that the tests themselves run with. */
export function runtimeAtHand() {
  const { runtime } = findRuntime({ toBuild: true });
  if (runtime === null) throw new Error('These tests need a runtime: npm run build');
  return runtime;
}

/**
 * A copy of the package, as an installation has it, with a small addon still to be built. The runtime
 * lies in it, as if setup had fetched it.
 */
export function makePackage(folder: string): string {
  for (const part of ['package.json', 'CMakeLists.txt', 'scripts', 'dist']) {
    cpSync(join(packageRoot, part), join(folder, part), { recursive: true });
  }
  symlinkSync(join(packageRoot, 'node_modules'), join(folder, 'node_modules'));
  mkdirSync(fetchedFolder(folder), { recursive: true });
  symlinkSync(runtimeAtHand().root, join(fetchedFolder(folder), 'openvino'));
  write(join(folder, 'native/addon.cpp'), source);
  return folder;
}
