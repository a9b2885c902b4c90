// The error codes that the native side uses; lib/errors.ts lists and describes every code.
#pragma once

namespace iecore {

// These are arrays, because a template argument (see Class::Method) cannot point to a literal.
// NOLINTBEGIN(modernize-avoid-c-arrays)
inline constexpr char kCancelled[] = "CANCELLED";
inline constexpr char kClosed[] = "CLOSED";
inline constexpr char kFileNotReadable[] = "FILE_NOT_READABLE";
inline constexpr char kFileNotWritable[] = "FILE_NOT_WRITABLE";
inline constexpr char kGeneralError[] = "GENERAL_ERROR";
inline constexpr char kInferenceFailed[] = "INFERENCE_FAILED";
inline constexpr char kInvalidArgument[] = "INVALID_ARGUMENT";
inline constexpr char kNetworkNotChanged[] = "NETWORK_NOT_CHANGED";
inline constexpr char kNetworkNotLoaded[] = "NETWORK_NOT_LOADED";
inline constexpr char kNetworkNotRead[] = "NETWORK_NOT_READ";
inline constexpr char kNotImplemented[] = "NOT_IMPLEMENTED";
inline constexpr char kOutOfMemory[] = "OUT_OF_MEMORY";
inline constexpr char kRequestBusy[] = "REQUEST_BUSY";
inline constexpr char kUnknownName[] = "UNKNOWN_NAME";
inline constexpr char kUnsupportedProperty[] = "UNSUPPORTED_PROPERTY";
// NOLINTEND(modernize-avoid-c-arrays)

}  // namespace iecore
