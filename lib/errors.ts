/** The error classes and codes of this package, and the translation of native errors into them. */

/**
 * Every error code of this package, with the class of its errors. Codes are stable: programs may rely on them;
 * messages may change.
 */
const classOf = {
  /** An argument has the wrong type, or a value outside its range. */
  INVALID_ARGUMENT: 'ArgumentError',
  /** No input, output, layer or state has this name; the message lists the existing names. */
  UNKNOWN_NAME: 'ArgumentError',
  /** The caller did not give an input that the network needs. */
  MISSING_INPUT: 'ArgumentError',
  /** Dimensions or a length do not fit the network. */
  SHAPE_MISMATCH: 'ArgumentError',
  /** An array's element type does not match the precision. */
  PRECISION_MISMATCH: 'ArgumentError',
  /** The runtime has no such device, or the device cannot be used on this machine. */
  DEVICE_NOT_AVAILABLE: 'OpenVINOError',
  /** The device or network has no such configuration key or metric, or refuses the value. */
  UNSUPPORTED_PROPERTY: 'OpenVINOError',
  /** A file or folder does not exist. */
  FILE_NOT_FOUND: 'FileError',
  /** A file exists but cannot be read: no permission, a folder of that name, an input/output error. */
  FILE_NOT_READABLE: 'FileError',
  /** A file cannot be written: no permission, no such folder, disk full. */
  FILE_NOT_WRITABLE: 'FileError',
  /** A file or bytes are not an image that sharp can decode. */
  IMAGE_UNREADABLE: 'FileError',
  /** A file or bytes are not a network that the runtime can read. */
  NETWORK_NOT_READ: 'OpenVINOError',
  /** The device could not compile the network, or could not import a compiled one. */
  NETWORK_NOT_LOADED: 'OpenVINOError',
  /** The network cannot be changed, written or inspected in this way. */
  NETWORK_NOT_CHANGED: 'OpenVINOError',
  /** An inference failed while it was running. */
  INFERENCE_FAILED: 'InferenceError',
  /** The request is running an inference; wait for it, or use another request. */
  REQUEST_BUSY: 'InferenceError',
  /** `maxQueue` calls are waiting for a request already. */
  QUEUE_FULL: 'InferenceError',
  /** The inference was cancelled by `cancel()` or `close()`. */
  CANCELLED: 'InferenceError',
  /** The caller's `AbortSignal` fired; `cause` is the signal's reason. */
  ABORT_ERR: 'AbortError',
  /** The object is closed and can no longer be used. */
  CLOSED: 'OpenVINOError',
  /** The runtime or the device does not implement this. */
  NOT_IMPLEMENTED: 'OpenVINOError',
  /** The runtime failed in a way that has no code of its own. */
  GENERAL_ERROR: 'OpenVINOError',
  /** No OpenVINO runtime was found. */
  RUNTIME_NOT_FOUND: 'LoadError',
  /** The native addon is not built, or the system could not load it. */
  ADDON_NOT_LOADED: 'LoadError',
  /** A tool that a command needs (CMake, a compiler, pip, Python) is missing or failed. */
  TOOL_FAILED: 'LoadError',
  /** No Python has the required packages; the message lists the interpreters that were tried. */
  PYTHON_NOT_FOUND: 'LoadError',
  /** The machine has not enough memory, or this process may not use more. */
  OUT_OF_MEMORY: 'OpenVINOError',
  /** Reading the file would run code from it, and the caller did not declare it as trusted. */
  UNTRUSTED_FILE: 'FileError',
  /** PyTorch cannot build or export the model, or the exported model gives other results. */
  MODEL_NOT_EXPORTED: 'OpenVINOError',
} as const;

/** A stable error code. */
export type ErrorCode = keyof typeof classOf;

/** Details of an error. */
export interface ErrorDetails {
  /** The error that led to this one. */
  cause?: unknown;
}

/** The errors that the constructor made. */
const ownErrors = new WeakSet();

/**
 * The base class of every error this package throws or rejects with.
 *
 * @example
 * ```ts
 * try {
 *   await ie.loadNetwork(net, 'GPU');
 * } catch (error) {
 *   if (error instanceof OpenVINOError && error.code === 'DEVICE_NOT_AVAILABLE') useCpu();
 *   else throw error;
 * }
 * ```
 */
export class OpenVINOError extends Error {
  override name = 'OpenVINOError';
  /** The stable code, for programs to branch on. */
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, details?: ErrorDetails) {
    super(message, details);
    this.code = code;
    ownErrors.add(this);
  }
}

/** An argument is wrong, on any machine. */
export class ArgumentError extends OpenVINOError {
  override name = 'ArgumentError';
}

/** A file is missing, unreadable, unwritable or of the wrong kind. */
export class FileError extends OpenVINOError {
  override name = 'FileError';
}

/** An inference did not complete. */
export class InferenceError extends OpenVINOError {
  override name = 'InferenceError';
}

/** The caller's `AbortSignal` ended the operation; has the name that web platforms use. */
export class AbortError extends OpenVINOError {
  override name = 'AbortError';
}

/** The runtime, the addon, or a tool that they need is missing or does not load. */
export class LoadError extends OpenVINOError {
  override name = 'LoadError';
}

const classes = { OpenVINOError, ArgumentError, FileError, InferenceError, AbortError, LoadError };

/** Whether a value is an error of this package. Runs no code of the value, which may be a proxy. */
export function isOwnError(error: unknown): error is OpenVINOError {
  return typeof error === 'object' && error !== null && ownErrors.has(error);
}

/** Makes an error of the class that belongs to the code. */
export function errorOf(code: ErrorCode, message: string, details?: ErrorDetails): OpenVINOError {
  return new classes[classOf[code]](code, message, details);
}

function isErrorCode(code: unknown): code is ErrorCode {
  return typeof code === 'string' && Object.hasOwn(classOf, code);
}

/**
 * Removes the runtime's source lines and failed checks from a message; users need the text after them. The full
 * message stays in `cause`.
 */
function readable(message: string): string {
  const lines = message
    .split('\n')
    .map((line) => line.trim())
    .filter(
      (line) =>
        line !== '' && !/^(Exception from \S+:\d+:|FrontEnd API failed with \w+:)$/.test(line),
    )
    .map((line) =>
      line
        .replace(/^Check '.*' failed at \S+:\d+:\s*/, '')
        .replace(/^Exception from \S+:\d+:\s*/, '')
        .replace(/^std::bad_alloc$/, 'there is not enough memory'),
    )
    .filter((line) => line !== '');
  return lines.join(' ') || message.trim();
}

/**
 * Translates any error that the addon threw to an error of this package, with the stack of the JavaScript caller and
 * the native error as `cause`. Returns errors of this package unchanged.
 *
 * @param context - the failed action, such as "Cannot read model.xml"; precedes the runtime's message
 */
export function translate(error: unknown, context?: string): OpenVINOError {
  if (isOwnError(error)) return error;
  const { code, message } = Object(error) as { code?: unknown; message?: unknown };
  const text = readable(typeof message === 'string' ? message : String(error));
  return errorOf(
    isErrorCode(code) ? code : 'GENERAL_ERROR',
    context === undefined ? text : `${context}: ${text}`,
    {
      cause: error,
    },
  );
}
