#include "boundary/convert.hpp"

#include <openvino/core/rt_info.hpp>
#include <sstream>
#include <tuple>

#include "boundary/errors.hpp"

namespace iecore {

namespace {

// Checks an argument again: TypeScript has already validated it, with a better message.
template <class T>
T Expect(bool holds, const Napi::Value& value, const char* expected) {
  if (!holds) throw CodedError(value.Env(), kInvalidArgument, std::string("Expected ") + expected);
  return value.As<T>();
}

template <class T>
Napi::Value FromValue(Napi::Env env, const T& value) {
  if constexpr (std::is_same_v<T, bool>) {
    return Napi::Boolean::New(env, value);
  } else if constexpr (std::is_arithmetic_v<T>) {
    return Napi::Number::New(env, static_cast<double>(value));
  } else if constexpr (std::is_same_v<T, std::string>) {
    return Napi::String::New(env, value);
  } else {
    std::ostringstream text;
    text << value;
    return Napi::String::New(env, text.str());
  }
}

template <class T>
Napi::Value FromValue(Napi::Env env, const std::vector<T>& values) {
  Napi::Array array = Napi::Array::New(env, values.size());
  for (uint32_t i = 0; i < values.size(); ++i)
    array.Set(i, FromValue(env, static_cast<const T&>(values[i])));
  return array;
}

template <class Key, class T>
Napi::Value FromValue(Napi::Env env, const std::map<Key, T>& values) {
  Napi::Object object = Napi::Object::New(env);
  for (const auto& [key, value] : values)
    SetOwn(object, FromValue(env, key).ToString(), FromValue(env, value));
  return object;
}

template <class... T>
Napi::Value FromValue(Napi::Env env, const std::tuple<T...>& values) {
  return std::apply(
      [&](const auto&... items) {
        Napi::Array array = Napi::Array::New(env, sizeof...(items));
        uint32_t i = 0;
        (array.Set(i++, FromValue(env, items)), ...);
        return array;
      },
      values);
}

// The value of SUPPORTED_PROPERTIES: each property's name, and whether it can be set.
Napi::Value FromValue(Napi::Env env, const std::vector<ov::PropertyName>& names) {
  Napi::Object object = Napi::Object::New(env);
  for (const auto& name : names)
    SetOwn(object, name, Napi::String::New(env, name.is_mutable() ? "RW" : "RO"));
  return object;
}

template <class T>
bool TryAs(Napi::Env env, const ov::Any& any, Napi::Value& out) {
  if (!any.is<T>()) return false;
  out = FromValue(env, any.as<T>());
  return true;
}

template <class... T>
bool TryAny(Napi::Env env, const ov::Any& any, Napi::Value& out) {
  return (TryAs<T>(env, any, out) || ...);
}

}  // namespace

void SetOwn(Napi::Object object, const std::string& name, const Napi::Value& value) {
  const auto key = Napi::String::New(object.Env(), name);
  object.DefineProperty(Napi::PropertyDescriptor::Value(key, value, napi_default_jsproperty));
}

std::vector<std::string> OwnNames(const Napi::Object& object) {
  napi_value names = nullptr;
  const auto filter = static_cast<napi_key_filter>(napi_key_enumerable | napi_key_skip_symbols);
  const napi_status status = napi_get_all_property_names(
      object.Env(), object, napi_key_own_only, filter, napi_key_numbers_to_strings, &names);
  if (status != napi_ok) throw Napi::Error::New(object.Env());
  return ToStrings(Napi::Value(object.Env(), names));
}

std::string ToString(const Napi::Value& value) {
  return Expect<Napi::String>(value.IsString(), value, "a string").Utf8Value();
}

size_t ToSize(const Napi::Value& value) {
  const double number = Expect<Napi::Number>(value.IsNumber(), value, "a number").DoubleValue();
  Expect<Napi::Number>(number >= 0 && number <= 9007199254740991.0, value,
                       "a number from 0 to 2^53 - 1");
  return static_cast<size_t>(number);
}

bool ToBool(const Napi::Value& value) {
  return Expect<Napi::Boolean>(value.IsBoolean(), value, "a boolean");
}

Napi::Object ToObject(const Napi::Value& value) {
  return Expect<Napi::Object>(value.IsObject(), value, "an object");
}

Napi::Array ToArray(const Napi::Value& value) {
  return Expect<Napi::Array>(value.IsArray(), value, "an array");
}

std::vector<float> ToFloats(const Napi::Value& value) {
  const Napi::Array array = ToArray(value);
  std::vector<float> floats;
  for (uint32_t i = 0; i < array.Length(); ++i) {
    const Napi::Value item = array.Get(i);
    floats.push_back(Expect<Napi::Number>(item.IsNumber(), item, "a number").FloatValue());
  }
  return floats;
}

Napi::Uint8Array ToUint8Array(const Napi::Value& value) {
  const bool bytes =
      value.IsTypedArray() && value.As<Napi::TypedArray>().TypedArrayType() == napi_uint8_array;
  return Expect<Napi::Uint8Array>(bytes, value, "a Uint8Array");
}

std::string ToBytes(const Napi::Value& value) {
  const Napi::Uint8Array array = ToUint8Array(value);
  return {reinterpret_cast<const char*>(array.Data()), array.ByteLength()};
}

ov::element::Type ToElementType(const Napi::Value& value) {
  return ov::element::Type(ToString(value));
}

ov::Shape ToShape(const Napi::Value& value) {
  const Napi::Array array = ToArray(value);
  ov::Shape shape;
  for (uint32_t i = 0; i < array.Length(); ++i) shape.push_back(ToSize(array.Get(i)));
  return shape;
}

Napi::Array FromShape(Napi::Env env, const ov::Shape& shape) {
  return FromValue(env, static_cast<const std::vector<size_t>&>(shape)).As<Napi::Array>();
}

ov::PartialShape ToPartialShape(const Napi::Value& value) {
  const Napi::Array array = ToArray(value);
  ov::PartialShape shape = ov::PartialShape::dynamic(array.Length());
  for (uint32_t i = 0; i < array.Length(); ++i) {
    const Napi::Value item = array.Get(i);
    if (!item.IsArray()) {
      shape[i] = static_cast<ov::Dimension::value_type>(ToSize(item));
      continue;
    }
    const auto range = ToArray(item);
    const int64_t max =
        Expect<Napi::Number>(range.Get(1u).IsNumber(), range.Get(1u), "a number").Int64Value();
    shape[i] = ov::Dimension(static_cast<ov::Dimension::value_type>(ToSize(range.Get(0u))), max);
  }
  return shape;
}

Napi::Value FromPartialShape(Napi::Env env, const ov::PartialShape& shape) {
  if (shape.rank().is_dynamic()) return env.Null();
  Napi::Array array = Napi::Array::New(env, shape.size());
  for (uint32_t i = 0; i < shape.size(); ++i) {
    if (shape[i].is_static()) {
      array.Set(i, static_cast<double>(shape[i].get_length()));
    } else {
      array.Set(
          i, FromValue(env, std::make_tuple(shape[i].get_min_length(), shape[i].get_max_length())));
    }
  }
  return array;
}

ov::AnyMap ToProperties(const Napi::Value& value) {
  ov::AnyMap properties;
  const Napi::Object object = ToObject(value);
  for (const std::string& name : OwnNames(object)) properties[name] = ToString(object.Get(name));
  return properties;
}

Napi::Object FromAnyMap(Napi::Env env, const ov::AnyMap& map) {
  Napi::Object object = Napi::Object::New(env);
  for (const auto& [key, value] : map) SetOwn(object, key, FromAny(env, value));
  return object;
}

Napi::Value FromAny(Napi::Env env, const ov::Any& any) {
  if (any.empty()) return env.Undefined();
  if (any.is<ov::AnyMap>()) return FromAnyMap(env, any.as<ov::AnyMap>());
  Napi::Value out;
  const bool known = TryAny<
      bool, int32_t, uint32_t, int64_t, uint64_t, float, double, std::string,
      std::vector<std::string>, std::vector<int32_t>, std::vector<int64_t>, std::vector<uint32_t>,
      std::vector<ov::PropertyName>, std::tuple<unsigned int, unsigned int>,
      std::tuple<unsigned int, unsigned int, unsigned int>, std::map<std::string, std::string>,
      std::map<std::string, uint64_t>, std::map<std::string, float>,
      std::map<ov::element::Type, float>, ov::streams::Num, ov::element::Type>(env, any, out);
  // Enumerations, and types that a plugin defines, are converted to text by the runtime.
  return known ? out : Napi::String::New(env, any.as<std::string>());
}

std::vector<std::string> ToStrings(const Napi::Value& value) {
  return ToVector<std::string>(value, ToString);
}

std::map<std::string, std::string> ToStringMap(const Napi::Value& value) {
  const Napi::Object object = ToObject(value);
  std::map<std::string, std::string> map;
  for (const std::string& name : OwnNames(object)) map[name] = ToString(object.Get(name));
  return map;
}

}  // namespace iecore
