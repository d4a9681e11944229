import { describe, expect, it } from 'vitest'
import { parsePythonFatal } from './python-fatal'

/** Output of Python 3.11. */
const MEMORY_ERROR = `running Eat of 7
Traceback (most recent call last):
  File "/studio/main.py", line 56, in <module>
    main()
  File "/studio/nodes.py", line 41, in eat
    kept.append(bytearray(16 << 20))
                ^^^^^^^^^^^^^^^^^^^
MemoryError
`
const SEGMENTATION_FAULT = `Fatal Python error: Segmentation fault

Current thread 0x00007f0b5ffff6c0 (most recent call first):
  File "/usr/lib/python3.11/ctypes/__init__.py", line 519 in string_at
  File "/studio/main.py", line 32 in sample
`

describe('the last words of Python', () => {
  it('are an exception that nobody caught, and where it came from', () => {
    expect(parsePythonFatal(MEMORY_ERROR)).toEqual({
      kind: 'exception',
      error: { name: 'MemoryError', message: '' },
      where: 'eat (/studio/nodes.py:41)',
      isLast: true,
    })
  })

  it('are not the last when something was written after them', () => {
    expect(parsePythonFatal(`${MEMORY_ERROR}Prompt executed in 3 seconds\n`)?.isLast).toBe(false)
  })

  it('are those of the last of several exceptions', () => {
    const chain = `${MEMORY_ERROR}
During handling of the above exception, another exception occurred:

Traceback (most recent call last):
  File "/studio/main.py", line 9, in work
    raise RuntimeError("no: way")
RuntimeError: no: way
`
    expect(parsePythonFatal(chain)?.error).toEqual({ name: 'RuntimeError', message: 'no: way' })
  })

  it('are read with the line ends of Windows', () => {
    expect(parsePythonFatal(MEMORY_ERROR.replaceAll('\n', '\r\n'))?.error.name).toBe('MemoryError')
  })

  it('are a crash, and what the interpreter was doing', () => {
    expect(parsePythonFatal(SEGMENTATION_FAULT)).toMatchObject({
      kind: 'crash',
      error: { name: 'Fatal Python error', message: 'Segmentation fault' },
      where: 'string_at (/usr/lib/python3.11/ctypes/__init__.py:519)',
    })
  })

  it('are those of C++ when it got no memory', () => {
    const text = `terminate called after throwing an instance of 'std::bad_alloc'\n  what():  std::bad_alloc\n`
    expect(parsePythonFatal(text)).toMatchObject({ kind: 'crash', error: { name: 'std::bad_alloc' } })
  })

  it.each([
    ['a crash', (long: string) => `Fatal Python error: ${long}\n`],
    ['an exception', (long: string) => `Traceback (most recent call last):\n${long}: ${long}\n`],
  ])('are cut where they are endless: %s', (_what, text) => {
    const { error } = parsePythonFatal(text('x'.repeat(10_000))) ?? {}
    expect(error?.message).toBe('x'.repeat(500))
    expect(error?.name.length).toBeLessThanOrEqual(200)
  })

  it.each(['', 'MemoryError\n', 'Traceback (most recent call last):\n  File "x"', 'Traceback: none'])(
    'are none in %j',
    (text) => {
      expect(parsePythonFatal(text)).toBeNull()
    },
  )
})
