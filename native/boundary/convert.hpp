// Shapes, property maps and other plain values between C++ and JavaScript. No classes, no policy.
#pragma once

#include <napi.h>

#include <map>
#include <openvino/core/any.hpp>
#include <openvino/core/partial_shape.hpp>
#include <openvino/core/type/element_type.hpp>
#include <openvino/runtime/properties.hpp>
#include <string>
#include <vector>

namespace iecore {

std::string ToString(const Napi::Value& value);
size_t ToSize(const Napi::Value& value);
bool ToBool(const Napi::Value& value);
std::vector<float> ToFloats(const Napi::Value& value);
Napi::Object ToObject(const Napi::Value& value);
Napi::Array ToArray(const Napi::Value& value);

Napi::Uint8Array ToUint8Array(const Napi::Value& value);

// A copy of the bytes of a Uint8Array: what JavaScript does to them afterwards is of no concern.
std::string ToBytes(const Napi::Value& value);

// Element types by name, the classic ones (`FP32`) and the current ones (`f32`) alike.
ov::element::Type ToElementType(const Napi::Value& value);

ov::Shape ToShape(const Napi::Value& value);
Napi::Array FromShape(Napi::Env env, const ov::Shape& shape);

// Sets a property of an object's own, whatever its name: `__proto__` is a layer like any other, and
// no setter that a program has put on all objects is called.
void SetOwn(Napi::Object object, const std::string& name, const Napi::Value& value);

// The names of an object's own properties, and not those that a program has put on all objects.
std::vector<std::string> OwnNames(const Napi::Object& object);

// A dimension is a number, or [min, max] where it may vary; a max of -1 has no bound.
ov::PartialShape ToPartialShape(const Napi::Value& value);
// Null where even the rank may vary.
Napi::Value FromPartialShape(Napi::Env env, const ov::PartialShape& shape);

// Property values come as strings: the runtime parses them.
ov::AnyMap ToProperties(const Napi::Value& value);
std::vector<std::string> ToStrings(const Napi::Value& value);
std::map<std::string, std::string> ToStringMap(const Napi::Value& value);
Napi::Value FromAny(Napi::Env env, const ov::Any& value);
Napi::Object FromAnyMap(Napi::Env env, const ov::AnyMap& map);

template <class T, class Convert>
std::vector<T> ToVector(const Napi::Value& value, Convert convert) {
  const Napi::Array array = ToArray(value);
  std::vector<T> items;
  for (uint32_t i = 0; i < array.Length(); ++i) items.push_back(convert(array.Get(i)));
  return items;
}

}  // namespace iecore
