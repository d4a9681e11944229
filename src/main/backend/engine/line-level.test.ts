import { describe, expect, it } from 'vitest'
import { lineLevel } from './line-level'

describe('the level of a line', () => {
  it.each([
    ['WARNING:root:disk is slow', 'warn'],
    ['WARNING: this node is old', 'warn'],
    ['[ERROR] An error occurred while retrieving the list', 'error'],
    ['Error: cannot import', 'error'],
    ['2026-11-30 19:41:26,123 WARNING [ddtrace.internal] [writer.py:12] - lost', 'warn'],
    ['2026-11-30 19:41:26.123 | INFO     | app:run:7 - ready', 'info'],
    ['2026-11-30 19:41:26,123 - my.node - ERROR - no such model', 'error'],
    ['[2026-11-30T19:41:26Z] DEBUG asked', 'debug'],
    ['19:41:26 CRITICAL out of disk', 'error'],
    ['INFO started', 'info'],
    ['W1130 19:41:26.123456  1234 cpu.cc:12] no AVX', 'warn'],
    ['/engine/custom_nodes/a/nodes.py:12: UserWarning: old', 'warn'],
  ])('%s', (line, level) => {
    expect(lineLevel(line)).toBe(level)
  })

  it.each([
    'got prompt',
    'Prompt executed in 0.05 seconds',
    '!!! Exception during processing !!! this node fails',
    'Traceback (most recent call last):',
    'RuntimeError: this node fails',
    'Error submitting packet: [Errno 111] Connection refused',
    'errors are shown here',
    'INFORMATION about the model',
    '2026-11-30 was a Monday, no ERROR there',
    ' 10%|█         | 1/10 [00:00<00:05,  1.70it/s]',
    '',
  ])('is none where none is stated: %s', (line) => {
    expect(lineLevel(line)).toBeNull()
  })
})
