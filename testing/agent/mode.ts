/**
 * The double's treatment of a request:
 * - `ok`: accepts it and responds as the Agent does
 * - `hang`: accepts the connection and never responds
 * - `garbage`: 200 with bytes that are not JSON
 * - `reset`: closes the connection in the middle of its response
 * - `slow`: `ok`, that many milliseconds late
 * - `drip`: 200 with a byte every so many milliseconds, for ever
 * - `flood`: 200 with so many bytes of endless JSON
 * - `status`: that HTTP status, with the Agent's kind of error body
 * Only `ok` and `slow` accept what they are sent.
 */
export type RequestMode =
  | 'ok'
  | 'hang'
  | 'garbage'
  | 'reset'
  | { slow: number }
  | { drip: number }
  | { flood: number }
  | { status: number }

/** `refuse`: nothing listens; any other mode opens the same port again. */
export type Mode = RequestMode | 'refuse'
