import { describe, expect, it } from 'vitest'
import { describeExit, exitCodeOf } from './exit-status'

describe('the engine’s fate', () => {
  it.each([
    [{ code: 0, signal: null }, 0, 'ended with exit code 0'],
    [{ code: 3, signal: null }, 3, 'ended with exit code 3'],
    [{ code: 137, signal: null }, 137, 'ended with exit code 137'],
    // Windows: an access violation.
    [{ code: 3221225477, signal: null }, 3221225477, 'ended with exit code 3221225477'],
    [{ code: null, signal: 'SIGKILL' }, 137, 'was ended by SIGKILL'],
    [{ code: null, signal: 'SIGSEGV' }, 139, 'was ended by SIGSEGV'],
    [{ code: null, signal: 'SIGTERM' }, 143, 'was ended by SIGTERM'],
    [{ code: null, signal: null }, 1, 'ended with exit code unknown'],
  ] as const)('%o becomes exit code %i', (exit, code, words) => {
    expect(exitCodeOf(exit)).toBe(code)
    expect(describeExit(exit)).toBe(words)
  })
})
