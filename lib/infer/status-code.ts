/** The status of an inference, with the classic API's numbers. */

/** The values that `wait` returns, with the classic API's numbers. */
export const StatusCode = {
  /** The inference has ended. */
  OK: 0,
  /** The inference is still running. */
  RESULT_NOT_READY: -9,
  /** No inference was started. */
  INFER_NOT_STARTED: -11,
} as const;

/** One of the values of {@link StatusCode}. */
export type StatusCode = (typeof StatusCode)[keyof typeof StatusCode];
