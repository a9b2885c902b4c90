// Converts shapes, properties and other plain values between C++ and JavaScript.
#pragma once

#include <napi.h>

#include <map>
#include <openvino/core/any.hpp>
#include <openvino/core/partial_shape.hpp>
#include <openvino/core/type/element_type.hpp>
#include <openvino/runtime/properties.hpp>
#include <optional>
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

// A copy of the bytes of a Uint8Array, which JavaScript may change afterwards.
std::string ToBytes(const Napi::Value& value);

// Accepts the classic names (`FP32`) and today's (`f32`).
ov::element::Type ToElementType(const Napi::Value& value);

ov::Shape ToShape(const Napi::Value& value);
Napi::Array FromShape(Napi::Env env, const ov::Shape& shape);

// Defines an own property. Unlike assignment, this also works for the name `__proto__`, and calls
// no setter that a program has added to Object.prototype.
void SetOwn(Napi::Object object, const std::string& name, const Napi::Value& value);

// The names of an object's own properties, without properties that a program has added to
// Object.prototype.
std::vector<std::string> OwnNames(const Napi::Object& object);

// A dimension is a number, or [min, max] if it is dynamic; a max of -1 means no upper bound.
ov::PartialShape ToPartialShape(const Napi::Value& value);
// Null if the rank is dynamic.
Napi::Value FromPartialShape(Napi::Env env, const ov::PartialShape& shape);

// Property values are strings, which the runtime parses.
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

// Null becomes std::nullopt.
template <class T, class Convert>
std::optional<T> ToOptional(const Napi::Value& value, Convert convert) {
  if (value.IsNull()) return std::nullopt;
  return convert(value);
}

}  // namespace iecore
