// The addon's exports, registered for each environment that loads it.
#ifdef __linux__
#include <sys/resource.h>
#endif

#include <algorithm>
#include <cerrno>
#include <memory>
#include <openvino/core/version.hpp>
#include <system_error>

#include "blob.hpp"
#include "boundary/completion.hpp"
#include "boundary/convert.hpp"
#include "boundary/task.hpp"
#include "core.hpp"
#include "executable_network.hpp"
#include "infer_request.hpp"
#include "model_optimizer.hpp"
#include "network.hpp"
#include "store/checksum.hpp"
#include "variable_state.hpp"

namespace iecore {

namespace {

Napi::Value Version(const Napi::CallbackInfo& info) {
  const ov::Version version = ov::get_openvino_version();
  Napi::Object object = Napi::Object::New(info.Env());
  object.Set("buildNumber", version.buildNumber);
  object.Set("description", version.description);
  return object;
}

// limitMemory(bytes): limits the memory of the whole process, on Linux; elsewhere it does nothing.
void LimitMemory(const Napi::CallbackInfo& info) {
#ifdef __linux__
  rlimit limit{};
  getrlimit(RLIMIT_DATA, &limit);
  limit.rlim_cur = std::min(limit.rlim_max, static_cast<rlim_t>(ToSize(info[0])));
  if (setrlimit(RLIMIT_DATA, &limit) != 0)
    throw Coded(kGeneralError, "setrlimit: " + std::generic_category().message(errno));
#else
  static_cast<void>(info);
#endif
}

// checksum(bytes, sync): 16 hexadecimal digits. The caller must not change the bytes until the call
// is done.
Napi::Value ChecksumOf(const Napi::CallbackInfo& info) {
  const Napi::Uint8Array bytes = ToUint8Array(info[0]);
  return Task<std::string>::Run(
      info, ToBool(info[1]), kGeneralError,
      [data = reinterpret_cast<const char*>(bytes.Data()), size = bytes.ByteLength()] {
        Checksum checksum;
        checksum.Add(data, size);
        return checksum.Hex();
      },
      [](Napi::Env env, std::string& text) -> Napi::Value { return Napi::String::New(env, text); },
      bytes);
}

// release(bytes): detaches the ArrayBuffer, which frees its memory now instead of when it is
// collected.
void Release(const Napi::CallbackInfo& info) { ToUint8Array(info[0]).ArrayBuffer().Detach(); }

Napi::Object Init(Napi::Env env, Napi::Object exports) {
  auto environment = std::make_unique<Environment>();
  env.SetInstanceData(environment.get());
  Environment& here = *environment.release();  // deleted by Node with the environment
  Blob::Export(env, exports);
  VariableState::Export(env, exports);
  InferRequest::Export(env, exports);
  ExecutableNetwork::Export(env, exports);
  Network::Export(env, exports);
  Core::Export(env, exports);
  ExportFunction<&Attach>(env, exports, "attach");
  ExportFunction<&ChecksumOf>(env, exports, "checksum");
  ExportFunction<&Release>(env, exports, "release");
  ExportFunction<&Version>(env, exports, "version");
  ExportFunction<&LimitMemory>(env, exports, "limitMemory");
  ExportFunction<&Convert>(env, exports, "convert");
  ExportFunction<&FindTensors>(env, exports, "operationTensors");
  ExportFunction<&Optimize>(env, exports, "optimize");
  ExportFunction<&SaveModel>(env, exports, "saveModel");
  // Last, because it registers hooks: an addon that fails to load leaves none behind.
  here.completions = Completions::Create(env, here.disposal);
  return exports;
}

}  // namespace

}  // namespace iecore

// NODE_API_MODULE accepts no exceptions but Napi::Error.
static Napi::Object Init(Napi::Env env, Napi::Object exports) {
  return iecore::Translated(env, iecore::kGeneralError, [&] { return iecore::Init(env, exports); });
}

NODE_API_MODULE(openvino_iecore, Init)
