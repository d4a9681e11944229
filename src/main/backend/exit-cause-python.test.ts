import { describe, expect, it } from 'vitest'
import { endingError, explainExit } from './exit-cause'
import { BOOM, type Known, linux, NOTHING, type Row, SAME, verdict, windows } from './exit-cause.test-support'

const traceback = (last: string) =>
  `Traceback (most recent call last):\n  File "main.py", line 3, in <module>\n    run()\n${last}\n`
const MEMORY_ERROR = traceback('MemoryError')
const ARRAY = traceback('numpy._core._exceptions._ArrayMemoryError: Unable to allocate 7.45 GiB')
const SEGFAULT =
  'Fatal Python error: Segmentation fault\n\nCurrent thread 0x1 (most recent call first):\n  File "a.py", line 5 in f\n'
const ABORTED = SEGFAULT.replace('Segmentation fault', 'Aborted')
const BAD_ALLOC = `terminate called after throwing an instance of 'std::bad_alloc'\n  what():  std::bad_alloc\n`

const ends = (exitCode: number, stderrTail: string, more: Known = {}) =>
  linux(33, { exitCode, stderrTail, ...more })

const ROWS: readonly Row[] = [
  ['MemoryError as the last words', ends(1, MEMORY_ERROR), 'error-exit!'],
  ['NumPy’s MemoryError', ends(1, ARRAY), 'error-exit!'],
  [
    'MemoryError on Windows',
    windows(40, { exitCode: 1, stderrTail: MEMORY_ERROR.replaceAll('\n', '\r\n') }),
    'error-exit!',
  ],
  ['MemoryError, and more after it', ends(1, `${MEMORY_ERROR}goodbye\n`), 'error-exit'],
  [
    'MemoryError of a job, which the engine outlived',
    ends(1, `!!! Exception during processing !!! \n${MEMORY_ERROR}`),
    'error-exit',
  ],
  [
    'MemoryError that was caught, and another error',
    ends(1, `${MEMORY_ERROR}${traceback('OSError: gone')}`),
    'error-exit',
  ],
  [
    'MemoryError in a log, and an exception of the backend’s own',
    ends(1, MEMORY_ERROR, { uncaught: BOOM }),
    'error-exit',
  ],
  ['MemoryError, and a clean end', ends(0, MEMORY_ERROR), '-'],
  ['another exception', ends(1, traceback('RuntimeError: no checkpoint')), 'error-exit'],
  ['a segmentation fault', ends(139, SEGFAULT), 'crash'],
  ['abort', ends(134, ''), 'crash'],
  ['C++ without memory', ends(134, BAD_ALLOC), 'crash!?'],
  ['C++ without memory, and faulthandler', ends(134, `${BAD_ALLOC}${ABORTED}`), 'crash!?'],
  ['C++ without memory, as Python’s subprocess tells it', ends(250, BAD_ALLOC), 'crash!?'],
  [
    'C++ without memory that Python raised',
    ends(1, traceback('RuntimeError: std::bad_alloc')),
    'error-exit!',
  ],
  ['C++ without memory in a log, and SIGKILL', ends(137, BAD_ALLOC, SAME), 'killed'],
  ['C++ without memory in a log, and SIGSEGV', ends(139, BAD_ALLOC), 'crash'],
  ['exit(0) while a job runs', ends(0, '', { runningJobs: 1 }), 'error-exit'],
  [
    'exit(0) with a MemoryError of before, while a job runs',
    ends(0, MEMORY_ERROR, { runningJobs: 1 }),
    'error-exit',
  ],
  ['exit(0) that was asked for, while a job runs', ends(0, '', { runningJobs: 1, intent: 'stop' }), '-'],
  ['exit(0) with no job', ends(0, ''), '-'],
  ['SIGKILL as a shell tells it', ends(137, MEMORY_ERROR), 'kernel-oom-kill!?'],
  ['SIGKILL as Python’s subprocess tells it', ends(247, ''), 'kernel-oom-kill!?'],
  ['SIGKILL that the counter explains away', ends(137, '', SAME), 'killed'],
]

describe('the end of a Python that a backend runs', () => {
  it.each(ROWS)('%s', (_what, known, expected) => {
    expect(verdict(known)).toBe(expected)
  })

  it('is told in Python’s own words first', () => {
    const explained = explainExit({ ...NOTHING, ...ends(139, SEGFAULT) })
    expect(explained?.evidence[0]).toBe('Python wrote: Fatal Python error: Segmentation fault, in f (a.py:5)')
  })

  it('is no crash of another process that it outlived', () => {
    const explained = explainExit({ ...NOTHING, ...ends(137, SEGFAULT) })
    expect(explained?.evidence.join()).not.toContain('Python wrote')
  })

  it('is told of an exit with 0 while a job ran', () => {
    const explained = explainExit({ ...NOTHING, ...ends(0, '', { runningJobs: 1 }) })
    expect(explained?.evidence).toEqual(['it ended by itself while a job ran', 'exit code 0'])
  })

  it('is nobody’s own doing where it was ended for its memory', () => {
    const explained = explainExit({ ...NOTHING, ...ends(0, '', { runningJobs: 1, intent: 'memory-limit' }) })
    expect(explained?.evidence.join()).not.toContain('by itself')
  })

  it('is the error of the jobs that died with it', () => {
    expect(endingError({ ...NOTHING, ...ends(1, ARRAY) })).toEqual({
      name: 'numpy._core._exceptions._ArrayMemoryError',
      message: 'Unable to allocate 7.45 GiB',
    })
    expect(endingError({ ...NOTHING, ...ends(1, ARRAY, { uncaught: BOOM }) })).toEqual(BOOM)
    expect(endingError({ ...NOTHING, ...ends(0, ARRAY) })).toBeNull()
  })
})
