/**
 * Every code an error of this package can carry, with the class that carries it.
 * Codes are stable: programs may rely on them, texts may change.
 */
const classOf = {
  /** An argument has the wrong type or a value outside its range. */
  INVALID_ARGUMENT: 'ArgumentError',
  /** No input, output, layer or state has this name; the text lists the names there are. */
  UNKNOWN_NAME: 'ArgumentError',
  /** An input that the network needs was not given. */
  MISSING_INPUT: 'ArgumentError',
  /** Dimensions or a length do not fit the network. */
  SHAPE_MISMATCH: 'ArgumentError',
  /** An array's element type is not the one the precision asks for. */
  PRECISION_MISMATCH: 'ArgumentError',
  /** The runtime has no such device, or the device cannot be used on this machine. */
  DEVICE_NOT_AVAILABLE: 'OpenVINOError',
  /** The device or network has no such configuration key or metric, or refuses the value. */
  UNSUPPORTED_PROPERTY: 'OpenVINOError',
  /** A file or folder does not exist. */
  FILE_NOT_FOUND: 'FileError',
  /** A file exists and cannot be read: permission, a directory in its place, an input/output error. */
  FILE_NOT_READABLE: 'FileError',
  /** A file cannot be written: permission, missing folder, disk full. */
  FILE_NOT_WRITABLE: 'FileError',
  /** Bytes or a file that are no picture sharp can decode. */
  IMAGE_UNREADABLE: 'FileError',
  /** Bytes or a file that are no network the runtime can read. */
  NETWORK_NOT_READ: 'OpenVINOError',
  /** The device could not compile the network, or could not import a compiled one. */
  NETWORK_NOT_LOADED: 'OpenVINOError',
  /** The network cannot be changed, written or inspected in this way. */
  NETWORK_NOT_CHANGED: 'OpenVINOError',
  /** An inference failed while it ran. */
  INFERENCE_FAILED: 'InferenceError',
  /** The request is still working on an inference; wait for it or take another request. */
  REQUEST_BUSY: 'InferenceError',
  /** As many calls wait for a request as `maxQueue` allows. */
  QUEUE_FULL: 'InferenceError',
  /** The inference was cancelled by `cancel()` or `close()`. */
  CANCELLED: 'InferenceError',
  /** The caller's `AbortSignal` fired; `cause` is the signal's reason. */
  ABORT_ERR: 'AbortError',
  /** The object was closed and can no longer be used. */
  CLOSED: 'OpenVINOError',
  /** The runtime or the device does not implement this. */
  NOT_IMPLEMENTED: 'OpenVINOError',
  /** An operation of the runtime failed in a way that has no code of its own. */
  GENERAL_ERROR: 'OpenVINOError',
  /** No OpenVINO runtime was found. */
  RUNTIME_NOT_FOUND: 'LoadError',
  /** The native addon is not built, or the system could not load it. */
  ADDON_NOT_LOADED: 'LoadError',
  /** A tool that a command needs (CMake, a compiler, pip, Python) is missing or failed. */
  TOOL_FAILED: 'LoadError',
  /** No Python was found that has the packages a job needs; the text lists those that were asked. */
  PYTHON_NOT_FOUND: 'LoadError',
  /** The memory of the machine, or what this process may have of it, is not enough. */
  OUT_OF_MEMORY: 'OpenVINOError',
  /** A file that would run code when it is read, and was not said to be trusted. */
  UNTRUSTED_FILE: 'FileError',
  /** PyTorch cannot make the model or export it, or what came of it gives other results. */
  MODEL_NOT_EXPORTED: 'OpenVINOError',
} as const;

/** A stable error code. */
export type ErrorCode = keyof typeof classOf;

/** What may be passed on with an error. */
export interface ErrorDetails {
  /** The error that led to this one. */
  cause?: unknown;
}

/** Whether an error is of this package. Asks nothing of the value, which may be a proxy of anybody's. */
let isOwnError: (error: unknown) => error is OpenVINOError;

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
  /** Stable code to branch on. */
  readonly code: ErrorCode;
  readonly #made = true;

  static {
    isOwnError = (error): error is OpenVINOError =>
      typeof error === 'object' && error !== null && #made in error;
  }

  constructor(code: ErrorCode, message: string, details?: ErrorDetails) {
    super(message, details);
    this.code = code;
  }
}

/** A call was made with an argument that cannot be right, whatever the machine. */
export class ArgumentError extends OpenVINOError {
  override name = 'ArgumentError';
}

/** A file is missing, unreadable, unwritable or not what it should be. */
export class FileError extends OpenVINOError {
  override name = 'FileError';
}

/** An inference did not run to its end. */
export class InferenceError extends OpenVINOError {
  override name = 'InferenceError';
}

/** The caller's `AbortSignal` ended the operation; named as the platform names it. */
export class AbortError extends OpenVINOError {
  override name = 'AbortError';
}

/** The runtime, the addon or a tool they need is missing or does not load. */
export class LoadError extends OpenVINOError {
  override name = 'LoadError';
}

const classes = { OpenVINOError, ArgumentError, FileError, InferenceError, AbortError, LoadError };

/** Makes the error that belongs to a code. */
export function errorOf(code: ErrorCode, message: string, details?: ErrorDetails): OpenVINOError {
  return new classes[classOf[code]](code, message, details);
}

function isErrorCode(code: unknown): code is ErrorCode {
  return typeof code === 'string' && Object.hasOwn(classOf, code);
}

/**
 * The runtime's texts begin with its own source lines and checks; users need what comes after them.
 * The whole text stays in `cause`.
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
 * Turns whatever the native side threw into an error of this package, with the stack of the
 * JavaScript caller and the native error as `cause`.
 *
 * @param error - what was thrown
 * @param context - what was being done, put before the runtime's words ("Cannot read model.xml")
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

export { isOwnError };
