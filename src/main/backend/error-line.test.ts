import { expect, it } from 'vitest'
import { findErrorLine } from './error-line'

it.each<[string, readonly string[], string | null]>([
  ['a fatal error', ['loading', 'FATAL: model file /m/a is corrupt'], 'FATAL: model file /m/a is corrupt'],
  [
    'one with words after it',
    ['Error: EACCES: permission denied', 'goodbye'],
    'Error: EACCES: permission denied',
  ],
  [
    'one with its stack below',
    ['RangeError: too large', ...Array.from({ length: 10 }, (_, n) => `    at f${n} (a.js:${n}:1)`)],
    'RangeError: too large',
  ],
  ["a logger's line", ['{"level":60,"msg":"no checkpoint"}'], 'FATAL: no checkpoint'],
  ["a logger's named level", ['{"severity":"error","message":"no checkpoint"}'], 'ERROR: no checkpoint'],
  [
    'argparse',
    ['usage: main.py [-h]', 'main.py: error: unrecognized arguments: --x'],
    'main.py: error: unrecognized arguments: --x',
  ],
  [
    'a port in use',
    ['listen EADDRINUSE: address already in use'],
    'listen EADDRINUSE: address already in use',
  ],
  ['the last of several', ['error: one', 'error: two'], 'error: two'],
  ['a fatal one before others', ['panic: no memory', 'error: pipe'], 'panic: no memory'],
  [
    'an engine, whose runner has the last word',
    ['main.py: error: unrecognized arguments: --x', 'studio-engine: the engine ended with exit code 2'],
    'main.py: error: unrecognized arguments: --x',
  ],
  ['words that begin as the names of errors of the system do', ['every entry exists', 'ended early'], null],
  ['nothing that fails', ['listening on 8188', 'saved a.png'], null],
  ['a summary', ['done, 0 errors', 'finished without failures'], null],
  ['a warning', ['WARNING: the cache is invalid', '2026-11-23 INFO 3 retries failed before'], null],
  ['an error of long ago', ['error: retrying', '1', '2', '3', '4', '5'], null],
  ['nothing', [], null],
])('finds in %s what explains an exit', (_what, lines, line) => {
  expect(findErrorLine(lines)).toBe(line)
})

it('quotes no more than a sentence takes', () => {
  expect(findErrorLine([`error: ${'x'.repeat(5_000)}`])?.length).toBeLessThanOrEqual(180)
})
