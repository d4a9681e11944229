// What Node 20.14 has and its types lack, or say wrongly.

export {}

declare module 'inspector' {
  interface Session {
    /** From a worker thread. Since 12.11. */
    connectToMainThread(): void
  }
}

declare module 'diagnostics_channel' {
  interface TracingChannel<StoreType = unknown, ContextType extends object = object> {
    /** Its promise is that of `fn`; the types have it return nothing. */
    tracePromise<ThisArg, Args extends unknown[], Result>(
      fn: (this: ThisArg, ...args: Args) => Promise<Result>,
      context?: ContextType,
      thisArg?: ThisArg,
      ...args: Args
    ): Promise<Result>
  }
}

declare global {
  /** Older than TypeScript's distinction between `ArrayBuffer` and `SharedArrayBuffer`, a Buffer would be no `Uint8Array`. */
  interface Buffer {
    slice(start?: number, end?: number): Buffer & Uint8Array<ArrayBuffer>
  }

  /** Global since 17. */
  class DOMException extends Error {
    constructor(message?: string, name?: string)
  }
}
