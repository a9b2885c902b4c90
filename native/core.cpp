#include "core.hpp"

#include <cstring>
#include <istream>
#include <openvino/frontend/manager.hpp>
#include <optional>
#include <streambuf>

#include "boundary/convert.hpp"
#include "boundary/task.hpp"
#include "executable_network.hpp"
#include "graph/onnx.hpp"
#include "graph/preprocess.hpp"
#include "graph/steadiness.hpp"
#include "graph/value_rules.hpp"
#include "network.hpp"
#include "store/cache_key.hpp"
#include "store/file.hpp"
#include "store/model_cache.hpp"

namespace iecore {

namespace {

// Throws unless the frontend supports the model. The runtime alone would try all frontends, and
// some of them print warnings about files of other formats to stderr.
template <class Model>
void CheckFormat(const std::string& frontend, const Model& model) {
  // Never destroyed, because threads may still read models when static objects are destroyed.
  static auto& manager = *new ov::frontend::FrontEndManager();
  const auto reader = manager.load_by_framework(frontend);
  if (reader == nullptr)
    throw Coded(kNetworkNotRead, "This runtime has no frontend for the format '" + frontend + "'");
  bool supported = false;
  try {
    supported = reader->supported(model);
  } catch (const std::exception&) {
    // Some frontends throw for a model that they do not support.
  }
  if (!supported) {
    throw Coded(kNetworkNotRead,
                "The content is damaged, or is not of the format '" + frontend + "'");
  }
}

// The default file of an IR's weights: beside the .xml.
std::string WeightsOf(const std::string& path) {
  return path.substr(0, path.find_last_of('.')) + ".bin";
}

// Reads large weights with several threads, unless the runtime maps the file. The runtime uses one
// thread.
std::shared_ptr<ov::Model> Read(ov::Core& core, const std::string& path, const std::string& named,
                                const std::string& frontend) {
  const std::string weights = named.empty() ? WeightsOf(path) : named;
  if (frontend != "ir" || core.get_property("", ov::enable_mmap) || !IsLarge(weights))
    return core.read_model(path, named);
  return core.read_model(ReadText(path), ReadLarge(weights));
}

// The cache of compiled networks. `key` identifies everything except the graph; `lasting` means
// that the device may write to the folder after compiling.
struct CachePlace {
  std::string folder;
  std::string key;
  bool lasting;
};

std::optional<CachePlace> ToCachePlace(const Napi::Value& value) {
  if (value.IsNull()) return std::nullopt;
  const Napi::Object object = ToObject(value);
  return CachePlace{ToString(object.Get("folder")), ToString(object.Get("key")),
                    ToBool(object.Get("lasting"))};
}

// Lets a stream read memory without copying it.
class MemoryBuffer : public std::streambuf {
 public:
  MemoryBuffer(char* bytes, size_t size) { setg(bytes, bytes, bytes + size); }

 protected:
  pos_type seekoff(off_type offset, std::ios_base::seekdir from,
                   std::ios_base::openmode /*which*/) override {
    const char* base = from == std::ios_base::beg   ? eback()
                       : from == std::ios_base::cur ? gptr()
                                                    : egptr();
    const off_type place = base - eback() + offset;
    if (place < 0 || place > egptr() - eback()) return off_type{-1};
    setg(eback(), eback() + place, egptr());
    return place;
  }

  pos_type seekpos(pos_type place, std::ios_base::openmode which) override {
    return seekoff(place, std::ios_base::beg, which);
  }
};

Napi::Value WrapNetwork(Napi::Env env, std::shared_ptr<ov::Model>& model) {
  return Network::Create(env, model);
}

Napi::Value WrapExecutable(Napi::Env env, LoadedNetwork& loaded) {
  return ExecutableNetwork::Create(env, loaded);
}

}  // namespace

void Core::Export(Napi::Env env, Napi::Object exports) {
  Class::Export(
      env, exports,
      {Method<&Core::AvailableDevices>("availableDevices"), Method<&Core::Versions>("versions"),
       Method<&Core::SetProperty, kUnsupportedProperty>("setProperty"),
       Method<&Core::GetProperty, kUnsupportedProperty>("getProperty"),
       Method<&Core::Refusal>("refusal"), Method<&Core::RegisterPlugin>("registerPlugin"),
       Method<&Core::RegisterPlugins>("registerPlugins"),
       Method<&Core::UnregisterPlugin>("unregisterPlugin"),
       Method<&Core::AddExtension>("addExtension"), Method<&Core::ReadModel>("readModel"),
       Method<&Core::ReadModelFromBuffer>("readModelFromBuffer"), Method<&Core::Compile>("compile"),
       Method<&Core::ImportModel>("importModel"), Method<&Core::QueryModel>("queryModel")});
}

Core::Core(const Napi::CallbackInfo& info) : Class(info) {
  core_ = Translated(info.Env(), kGeneralError, [&] {
    plugins_ = ToString(info[0]);
    auto core = std::make_unique<ov::Core>(plugins_);
    // A mapped file that is truncated ends the process; one that is overwritten gives wrong
    // results.
    core->set_property(ov::enable_mmap(false));
    return core;
  });
}

Napi::Value Core::AvailableDevices(const Napi::CallbackInfo& info) {
  return FromAny(info.Env(), core_->get_available_devices());
}

Napi::Value Core::Versions(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  Napi::Object object = Napi::Object::New(env);
  for (const auto& [device, version] : core_->get_versions(ToString(info[0]))) {
    Napi::Object item = Napi::Object::New(env);
    item.Set("buildNumber", version.buildNumber);
    item.Set("description", version.description);
    SetOwn(object, device, item);
  }
  return object;
}

// setProperty(device, properties): for all devices if `device` is ''.
void Core::SetProperty(const Napi::CallbackInfo& info) {
  const std::string device = ToString(info[0]);
  const ov::AnyMap properties = ToProperties(info[1]);
  if (device.empty()) {
    core_->set_property(properties);
  } else {
    core_->set_property(device, properties);
  }
}

Napi::Value Core::GetProperty(const Napi::CallbackInfo& info) {
  return FromAny(info.Env(), core_->get_property(ToString(info[0]), ToString(info[1])));
}

// refusal(device, properties): why the device refuses the properties, or null if it accepts them.
// This is tried on another core, because a core keeps properties that a plugin refused, and can
// then never load that plugin.
Napi::Value Core::Refusal(const Napi::CallbackInfo& info) {
  const std::string device = ToString(info[0]);
  const ov::AnyMap properties = ToProperties(info[1]);
  // Loads the plugin's library in this core first, so that it stays loaded when the other core is
  // destroyed: loading it is slow.
  core_->get_versions(device);
  std::optional<ov::Core> other;
  try {
    other.emplace(plugins_);
    for (const auto& registration : registrations_) registration(*other);
  } catch (const std::exception&) {
    // The file that listed the plugins no longer exists, so the properties cannot be tried.
    return info.Env().Null();
  }
  try {
    other->get_versions(device);
    other->set_property(device, properties);
  } catch (const std::exception& e) {
    return Napi::String::New(info.Env(), e.what());
  }
  return info.Env().Null();
}

void Core::Register(const std::function<void(ov::Core&)>& registration) {
  registration(*core_);
  registrations_.push_back(registration);
}

void Core::RegisterPlugin(const Napi::CallbackInfo& info) {
  Register([plugin = ToString(info[0]), device = ToString(info[1])](ov::Core& core) {
    core.register_plugin(plugin, device);
  });
}

void Core::RegisterPlugins(const Napi::CallbackInfo& info) {
  Register([file = ToString(info[0])](ov::Core& core) { core.register_plugins(file); });
}

void Core::UnregisterPlugin(const Napi::CallbackInfo& info) {
  core_->unload_plugin(ToString(info[0]));
}

void Core::AddExtension(const Napi::CallbackInfo& info) { core_->add_extension(ToString(info[0])); }

// readModel(path, weights, frontend, sync): `weights` is the path of their file, or ''.
Napi::Value Core::ReadModel(const Napi::CallbackInfo& info) {
  return Task<std::shared_ptr<ov::Model>>::Run(
      info, ToBool(info[3]), kNetworkNotRead,
      [core = *core_, path = ToString(info[0]), weights = ToString(info[1]),
       frontend = ToString(info[2]), disposal = Environment::Of(info.Env()).disposal]() mutable {
        disposal->Wait();
        if (frontend == "onnx") CheckOnnxFile(path);
        CheckFormat(frontend, path);
        return Read(core, path, weights, frontend);
      },
      WrapNetwork);
}

// readModelFromBuffer(model, weights, frontend, sync): the network keeps a copy of the weights.
// The caller must not change the bytes until the call is done.
Napi::Value Core::ReadModelFromBuffer(const Napi::CallbackInfo& info) {
  const Napi::Uint8Array graph = ToUint8Array(info[0]);
  const Napi::Uint8Array weights = ToUint8Array(info[1]);
  Napi::Array used = Napi::Array::New(info.Env(), 2);
  used.Set(0U, graph);
  used.Set(1U, weights);
  return Task<std::shared_ptr<ov::Model>>::Run(
      info, ToBool(info[3]), kNetworkNotRead,
      [core = *core_, graph_bytes = reinterpret_cast<const char*>(graph.Data()),
       graph_size = graph.ByteLength(), bytes = weights.Data(), size = weights.ByteLength(),
       frontend = ToString(info[2]), disposal = Environment::Of(info.Env()).disposal]() mutable {
        disposal->Wait();
        std::string model(graph_bytes, graph_size);
        ov::Tensor tensor;
        if (size > 0) {
          tensor = ov::Tensor(ov::element::u8, {size});
          std::memcpy(tensor.data(), bytes, size);
        }
        // For every format, because read_model() tries all frontends, including the ONNX one.
        CheckOnnx(model.data(), model.size());
        MemoryBuffer buffer(model.data(), model.size());
        std::istream stream(&buffer);
        CheckFormat(frontend, &stream);
        return core.read_model(model, tensor);
      },
      WrapNetwork, used);
}

// compile(network, plan, device, config, cache, sync): `cache` is { folder, key, lasting } or null.
Napi::Value Core::Compile(const Napi::CallbackInfo& info) {
  return Task<LoadedNetwork>::Run(
      info, ToBool(info[5]), kNetworkNotLoaded,
      [core = *core_, model = Network::From(info[0]).Clone(), plan = ToPlan(info[1]),
       device = ToString(info[2]), config = ToProperties(info[3]), place = ToCachePlace(info[4]),
       disposal = Environment::Of(info.Env()).disposal]() mutable {
        // Closed networks are freed first, so that their memory is available.
        disposal->Wait();
        model = Preprocess(model, plan);
        Assign(core, model, device, plan.affinity);
        LoadedNetwork loaded;
        loaded.steady = IsSteady(*model);
        loaded.rules = RulesOf(*model);
        const auto name = place ? NameInCache(place->key, *model) : std::nullopt;
        if (!name) {
          loaded.network = core.compile_model(model, device, config);
          return loaded;
        }
        auto cache = std::make_shared<ModelCache>(place->folder, *name);
        config[ov::cache_dir.name()] = cache->Folder();
        loaded.network = core.compile_model(model, device, config);
        cache->Keep();
        if (place->lasting) loaded.cache = cache;
        return loaded;
      },
      WrapExecutable);
}

// importModel(bytes, device, config, sync): the caller must not change the bytes until the call is
// done.
Napi::Value Core::ImportModel(const Napi::CallbackInfo& info) {
  Napi::Uint8Array bytes = ToUint8Array(info[0]);
  auto* data = reinterpret_cast<char*>(bytes.Data());
  return Task<LoadedNetwork>::Run(
      info, ToBool(info[3]), kNetworkNotLoaded,
      [core = *core_, data, size = bytes.ByteLength(), device = ToString(info[1]),
       config = ToProperties(info[2]), disposal = Environment::Of(info.Env()).disposal]() mutable {
        disposal->Wait();
        MemoryBuffer buffer(data, size);
        std::istream stream(&buffer);
        return LoadedNetwork{core.import_model(stream, device, config), nullptr, false, {}};
      },
      WrapExecutable, bytes);
}

// queryModel(network, device, config, sync): layer -> device, for the layers that the device can
// run.
Napi::Value Core::QueryModel(const Napi::CallbackInfo& info) {
  return Task<ov::SupportedOpsMap>::Run(
      info, ToBool(info[3]), kNetworkNotLoaded,
      [core = *core_, model = Network::From(info[0]).Clone(), device = ToString(info[1]),
       config = ToProperties(info[2])] { return core.query_model(model, device, config); },
      [](Napi::Env env, ov::SupportedOpsMap& layers) -> Napi::Value {
        Napi::Object object = Napi::Object::New(env);
        for (const auto& [layer, device] : layers)
          SetOwn(object, layer, Napi::String::New(env, device));
        return object;
      });
}

}  // namespace iecore
