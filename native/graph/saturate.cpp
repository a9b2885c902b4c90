#include "graph/saturate.hpp"

#include <cmath>
#include <limits>
#include <openvino/core/except.hpp>
#include <openvino/core/type/bfloat16.hpp>
#include <openvino/core/type/float16.hpp>
#include <type_traits>

namespace iecore {

namespace {

// BOOL is stored in a byte. This type distinguishes it from U8.
struct Boolean {
  uint8_t value;
};

template <class T>
inline constexpr bool kFloating = std::is_floating_point_v<T> || std::is_same_v<T, ov::float16> ||
                                  std::is_same_v<T, ov::bfloat16>;

template <class To>
To FromDouble(double x) {
  using Limits = std::numeric_limits<To>;
  if (std::isnan(x)) return 0;
  if (x <= static_cast<double>(Limits::min())) return Limits::min();
  if (x >= static_cast<double>(Limits::max())) return Limits::max();
  // A double of 2^63 or more has no fraction, and llrint() would overflow.
  if (x >= 9223372036854775808.0) return static_cast<To>(x);
  return static_cast<To>(std::llrint(x));
}

template <class To, class From>
To FromInteger(From x) {
  using Limits = std::numeric_limits<To>;
  if constexpr (std::is_signed_v<From>) {
    if (x < 0) {
      if constexpr (std::is_unsigned_v<To>) return 0;
      return static_cast<int64_t>(x) < static_cast<int64_t>(Limits::min()) ? Limits::min()
                                                                           : static_cast<To>(x);
    }
  }
  return static_cast<uint64_t>(x) > static_cast<uint64_t>(Limits::max()) ? Limits::max()
                                                                         : static_cast<To>(x);
}

template <class To, class From>
To Cast(From x) {
  if constexpr (std::is_same_v<From, Boolean>) {
    return Cast<To>(static_cast<uint8_t>(x.value != 0));
  } else if constexpr (std::is_same_v<To, Boolean>) {
    if constexpr (kFloating<From>) return {static_cast<uint8_t>(static_cast<double>(x) != 0)};
    return {static_cast<uint8_t>(x != From{})};
  } else if constexpr (kFloating<To>) {
    if constexpr (std::is_floating_point_v<To>) return static_cast<To>(x);
    return To(static_cast<float>(x));
  } else if constexpr (kFloating<From>) {
    return FromDouble<To>(static_cast<double>(x));
  } else {
    return FromInteger<To>(x);
  }
}

template <class T>
struct TypeOf {
  using Type = T;
};

// Calls `visit` with the C++ type of an element type; returns false if there is none.
template <class Visit>
bool Dispatch(const ov::element::Type& type, Visit&& visit) {
  switch (type) {
    case ov::element::Type_t::f32:
      return visit(TypeOf<float>{}), true;
    case ov::element::Type_t::f64:
      return visit(TypeOf<double>{}), true;
    case ov::element::Type_t::f16:
      return visit(TypeOf<ov::float16>{}), true;
    case ov::element::Type_t::bf16:
      return visit(TypeOf<ov::bfloat16>{}), true;
    case ov::element::Type_t::i64:
      return visit(TypeOf<int64_t>{}), true;
    case ov::element::Type_t::i32:
      return visit(TypeOf<int32_t>{}), true;
    case ov::element::Type_t::i16:
      return visit(TypeOf<int16_t>{}), true;
    case ov::element::Type_t::i8:
      return visit(TypeOf<int8_t>{}), true;
    case ov::element::Type_t::u64:
      return visit(TypeOf<uint64_t>{}), true;
    case ov::element::Type_t::u32:
      return visit(TypeOf<uint32_t>{}), true;
    case ov::element::Type_t::u16:
      return visit(TypeOf<uint16_t>{}), true;
    case ov::element::Type_t::u8:
      return visit(TypeOf<uint8_t>{}), true;
    case ov::element::Type_t::boolean:
      return visit(TypeOf<Boolean>{}), true;
    default:
      return false;
  }
}

bool IsKnown(const ov::element::Type& type) {
  return Dispatch(type, [](auto) {});
}

}  // namespace

bool CanSaturate(const ov::element::Type& from, const ov::element::Type& to) {
  return IsKnown(from) && IsKnown(to);
}

void Saturate(const ov::Tensor& from, ov::Tensor& to) {
  OPENVINO_ASSERT(from.get_size() == to.get_size(),
                  "The tensors of a conversion have different numbers of elements");
  const size_t size = from.get_size();
  const void* source = from.data();
  void* target = to.data();
  Dispatch(from.get_element_type(), [&](auto from_type) {
    using From = typename decltype(from_type)::Type;
    Dispatch(to.get_element_type(), [&](auto to_type) {
      using To = typename decltype(to_type)::Type;
      const From* in = static_cast<const From*>(source);
      To* out = static_cast<To*>(target);
      for (size_t i = 0; i < size; ++i) out[i] = Cast<To>(in[i]);
    });
  });
}

}  // namespace iecore
