import v8 from 'node:v8'

const COUNTED = 'detect-ineffective-gcs-near-heap-limit'

let open = 0

/**
 * Runs a profile whose garbage collections V8 does not count: it ends a process after four in a row that free
 * little of a heap of 80 % of its limit or more (`Heap::CheckIneffectiveMarkCompact`), and these are not the
 * process's.
 */
export async function uncounted<Result>(collect: () => Promise<Result>): Promise<Result> {
  // V8's flags are shared by all threads.
  if (open++ === 0) v8.setFlagsFromString(`--no-${COUNTED}`)
  try {
    return await collect()
  } finally {
    if (--open === 0) v8.setFlagsFromString(`--${COUNTED}`)
  }
}
