import { describe, expect, it } from 'vitest'
import { parseStacks, WatchdogText } from './faulthandler'
import { DUMP } from './stacks.samples'

describe('stacks as faulthandler writes them', () => {
  it('are read, innermost frame first, with the names that are known', () => {
    const stacks = parseStacks(DUMP, new Map([['0x00007f0a1c9f96c0', 'prompt_worker']]))
    expect(stacks.map(({ thread }) => thread)).toEqual(['prompt_worker', '0x00007f0a3b2f7740'])
    expect(stacks[0]?.frames.slice(0, 2)).toEqual([
      { function: 'run', file: '/base/custom_nodes/test_pack/__init__.py', line: 84 },
      { function: 'process_inputs', file: '/engine/execution.py', line: 277 },
    ])
    // The hook in between is not the engine's, and the probe's own thread neither.
    expect(
      stacks.flatMap(({ frames }) => frames).filter(({ file }) => file.includes('studio_probe')),
    ).toEqual([])
  })

  it('are read of the thread that crashed, with names of threads, without lines, and with other letters', () => {
    expect(
      parseStacks(
        String.raw`Current thread 0x01 [Main] (most recent call first):
  File "C:\engine\n\xe9\u20ac\U0001f600.py", line ??? in caf\xe9
  File ???, line 7 in <module>
something that a node wrote
  ...
Thread 0x02 (most recent call first):
  <no Python frame>`,
      ),
    ).toEqual([
      {
        thread: 'Main',
        frames: [
          { function: 'café', file: 'C:\\engine\\né€😀.py', line: null },
          { function: '<module>', file: '???', line: 7 },
        ],
      },
      { thread: '0x02', frames: [] },
    ])
  })

  it('are bounded, whatever is written', () => {
    const deep = `Thread 0x01 (most recent call first):\n${'  File "a.py", line 1 in f\n'.repeat(1_000)}`
    const stacks = parseStacks(deep.repeat(200))
    expect(stacks.length).toBeLessThanOrEqual(64)
    expect(stacks[0]?.frames.length).toBeLessThanOrEqual(100)
    expect(parseStacks('  File "a.py", line 1 in f\nrubbish')).toEqual([])
  })
})

describe('the watchdog’s text', () => {
  it('is the last dump, whatever the pieces that it comes in', () => {
    for (const size of [1, 7, 64, 100_000]) {
      const watchdog = new WatchdogText()
      const text = `Timeout (0:00:03)!\nThread 0x01 (most recent call first):\n  File "old.py", line 1 in f\nTimeout (0:00:03)!\n${DUMP}`
      let hasBegun = false
      for (let at = 0; at < text.length; at += size) {
        hasBegun = watchdog.push(text.slice(at, at + size)) || hasBegun
      }
      expect(watchdog.dump).toBe(DUMP)
      expect(hasBegun).toBe(true)
    }
  })

  it('is bounded', () => {
    const watchdog = new WatchdogText()
    for (let n = 0; n < 300; n += 1) watchdog.push(`${'x'.repeat(10_000)}\n`)
    expect(watchdog.dump.length).toBeLessThan(2 ** 21)
  })
})
