import { describe, expect, it } from 'vitest'
import fc from '../../../testing/form/fast-check'
import { parsePythonFatal } from './python-fatal'

const HEAD = 'Traceback (most recent call last):'
const PACK = '/studio/custom_nodes/leaky/nodes.py'

/** Output of Python 3.11. */
const MEMORY_ERROR = `running Eat of 7
${HEAD}
  File "/studio/main.py", line 56, in <module>
    main()
  File "/studio/nodes.py", line 41, in eat
    kept.append(bytearray(16 << 20))
                ^^^^^^^^^^^^^^^^^^^
MemoryError
`
/** Output of faulthandler of Python 3.11, with another thread ahead of the one that crashed. */
const SEGMENTATION_FAULT = `Fatal Python error: Segmentation fault

Thread 0x00007f0b5eeee6c0 (most recent call first):
  File "/usr/lib/python3.11/threading.py", line 320 in wait
  File "/studio/custom_nodes/other/__init__.py", line 3 in watch

Current thread 0x00007f0b5ffff6c0 (most recent call first):
  File "/usr/lib/python3.11/ctypes/__init__.py", line 519 in string_at
  File "${PACK}", line 32 in sample
  File "${PACK}", line 30 in run
  File "/studio/execution.py", line 200 in execute

Thread 0x00007f0b5dddd6c0 (most recent call first):
  File "/usr/lib/python3.11/threading.py", line 320 in wait

Extension modules: numpy.core._multiarray_umath, torch._C (total: 2)
`
const SEGFAULT_PLACE = `string_at (/usr/lib/python3.11/ctypes/__init__.py:519), called in sample (${PACK}:32) of pack leaky`

describe('an exception that ended Python', () => {
  it('is the last thing written, and where it came from', () => {
    expect(parsePythonFatal(MEMORY_ERROR)).toMatchObject({
      kind: 'exception',
      error: { name: 'MemoryError', message: '' },
      signal: null,
      where: 'eat (/studio/nodes.py:41)',
    })
  })

  it('is none where anything was written after it', () => {
    expect(parsePythonFatal(`${MEMORY_ERROR}Prompt executed in 3 seconds\n`)).toBeNull()
  })

  it('is the last of a chain of exceptions', () => {
    const chain = `${MEMORY_ERROR}
During handling of the above exception, another exception occurred:

${HEAD}
  File "${PACK}", line 9, in work
    raise RuntimeError("no: way")
RuntimeError: no: way
`
    expect(parsePythonFatal(chain)).toMatchObject({
      error: { name: 'RuntimeError', message: 'no: way' },
      where: `work (${PACK}:9) of pack leaky`,
    })
  })

  it('is read with the line ends of Windows, in colours and behind a progress bar', () => {
    const bar = '\r 40%|####      | 8/20 [00:03<00:05,  2.21it/s]'
    const esc = String.fromCharCode(27)
    const coloured = MEMORY_ERROR.replace('MemoryError', `${esc}[1;35mMemoryError${esc}[0m`)
    expect(
      parsePythonFatal(`${bar}${coloured.replace(/^.*\n/, '')}`.replaceAll('\n', '\r\n'))?.error.name,
    ).toBe('MemoryError')
  })

  it.each(['', 'MemoryError\n', `${HEAD}\n  File "x"`, 'Traceback: none', `LOG ${HEAD}\nValueError: x\n`])(
    'is none in %j',
    (text) => {
      expect(parsePythonFatal(text)).toBeNull()
    },
  )
})

describe('a crash of Python', () => {
  it('is told with the frame of the thread that crashed, and the custom node that called it', () => {
    expect(parsePythonFatal(SEGMENTATION_FAULT)).toMatchObject({
      kind: 'crash',
      error: { name: 'Fatal Python error', message: 'Segmentation fault' },
      signal: 'SIGSEGV',
      where: SEGFAULT_PLACE,
    })
  })

  it('has no frame where the thread that crashed is not told of', () => {
    const [before] = SEGMENTATION_FAULT.split('Current thread')
    expect(parsePythonFatal(`${before}`)?.where).toBeNull()
  })

  it.each([
    ['', 'Fatal Python error: Aborted\n'],
    [
      'and faulthandler tells of the abort',
      'Fatal Python error: Aborted\n\nCurrent thread 0x1 (most recent call first):\n  File "a.py", line 5 in f\n',
    ],
    ['', ''],
  ])('is C++ that got no memory %s', (_what, after) => {
    const text = `terminate called after throwing an instance of 'std::bad_alloc'\n  what():  std::bad_alloc\n${after}`
    expect(parsePythonFatal(text)).toMatchObject({
      kind: 'crash',
      error: { name: 'std::bad_alloc', message: '' },
      signal: 'SIGABRT',
      where: after.includes('a.py') ? 'f (a.py:5)' : null,
    })
  })

  it('is C++ on macOS too', () => {
    const text = 'libc++abi: terminating due to uncaught exception of type std::bad_alloc: std::bad_alloc\n'
    expect(parsePythonFatal(text)?.error.name).toBe('std::bad_alloc')
  })

  it('is not of memory where C++ went on and something else crashed later', () => {
    const text = `terminate called after throwing an instance of 'std::bad_alloc'\nstarted again\n${SEGMENTATION_FAULT}`
    expect(parsePythonFatal(text)).toMatchObject({
      error: { message: 'Segmentation fault' },
      signal: 'SIGSEGV',
    })
  })

  it('is not a sentence of a log', () => {
    expect(
      parsePythonFatal('yesterday it wrote Fatal Python error: Aborted, they say\nand went on\n'),
    ).toBeNull()
  })

  it.each([
    ['a crash', (long: string) => `Fatal Python error: ${long}\n`],
    ['an exception', (long: string) => `${HEAD}\n${long}: ${long}\n`],
  ])('and an exception are cut where they are endless: %s', (_what, text) => {
    const { error } = parsePythonFatal(text('x'.repeat(10_000))) ?? {}
    expect(error?.message).toBe('x'.repeat(500))
    expect(error?.name.length).toBeLessThanOrEqual(200)
  })
})

const name = fc.constantFrom('RuntimeError', 'MemoryError', 'torch.OutOfMemoryError', 'ValueError', 'OSError')
const message = fc.constantFrom('', ': no', ': CUDA out of memory. Tried to allocate 2 GiB', ': a: b')
const file = fc.constantFrom('/studio/execution.py', PACK, 'C:\\studio\\custom_nodes\\leaky\\nodes.py')
const traceback = fc
  .tuple(name, message, fc.array(file, { minLength: 1, maxLength: 4 }))
  .map(([error, text, files]) => {
    const frames = files.map((one, line) => `  File "${one}", line ${line + 1}, in f\n    g(x)\n    ^^^^\n`)
    return `${HEAD}\n${frames.join('')}${error}${text}\n`
  })
const chained = fc
  .tuple(
    fc.array(traceback, { minLength: 1, maxLength: 3 }),
    fc.constantFrom(
      '\nDuring handling of the above exception, another exception occurred:\n\n',
      '\nThe above exception was the direct cause of the following exception:\n\n',
    ),
  )
  .map(([parts, link]) => parts.join(link))
const line = fc.constantFrom(
  'got prompt',
  'loaded completely 9.5 GiB',
  '',
  '100%|##########| 20/20 [00:09<00:00,  2.21it/s]',
  'ERROR lora key not loaded',
  'dropping 5 traces',
)
const noise = fc.array(line, { maxLength: 4 }).map((lines) => lines.map((text) => `${text}\n`).join(''))
const failedJob = fc
  .tuple(chained, message, noise)
  .map(([text, why]) => `got prompt\n!!! Exception during processing !!! x${why}\n${text}`)
const over = 'Prompt executed in 0.31 seconds\n'
const earlier = fc
  .array(
    fc.oneof(
      noise,
      failedJob.map((text) => text + over),
      chained.map((text) => `Exception in thread Thread-7 (watch):\n${text}`),
    ),
    { maxLength: 5 },
  )
  .map((parts) => parts.join(''))

describe('of any output', () => {
  it('the last exception is the cause where nothing follows it', () => {
    fc.assert(
      fc.property(earlier, chained, name, (before, chain, error) => {
        const text = `${before}starting\n${chain.replace(/[\w.]+(:.*)?\n$/, `${error}: the end\n`)}`
        expect(parsePythonFatal(text)?.error).toEqual({ name: error, message: 'the end' })
      }),
    )
  })

  it('nothing is the cause where the engine went on', () => {
    fc.assert(
      fc.property(earlier, chained, noise, (before, chain, after) => {
        expect(parsePythonFatal(`${before}${chain}goodbye\n${after}`)).toBeNull()
      }),
    )
  })

  it('a job that failed is never the cause', () => {
    fc.assert(
      fc.property(earlier, failedJob, (before, failed) => {
        expect(parsePythonFatal(`${before}${failed}`)).toBeNull()
      }),
    )
  })

  it('an exception of a thread is never the cause', () => {
    fc.assert(
      fc.property(earlier, chained, (before, chain) => {
        expect(parsePythonFatal(`${before}Exception in thread Thread-3 (run):\n${chain}`)).toBeNull()
      }),
    )
  })

  it('a crash is found whatever came before it, also behind a progress bar', () => {
    const bar = fc.constantFrom(
      '',
      '\r 40%|████▏     | 8/20 [00:03<00:05,  2.21it/s]',
      '  0%|          | 0/20 [00:00<?, ?it/s]',
    )
    fc.assert(
      fc.property(earlier, failedJob, bar, (before, failed, progress) => {
        expect(parsePythonFatal(`${before}${failed}${progress}${SEGMENTATION_FAULT}`)).toMatchObject({
          signal: 'SIGSEGV',
          where: SEGFAULT_PLACE,
        })
      }),
    )
  })
})
