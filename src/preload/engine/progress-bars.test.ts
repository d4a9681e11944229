import { describe, expect, it } from 'vitest'
import { ProgressBars } from './progress-bars'

/** The lines passed on of those that come so many milliseconds apart. */
function shown(lines: readonly string[], apartMs: number): string[] {
  const passed: string[] = []
  let now = 0
  const bars = new ProgressBars(
    (line) => passed.push(line),
    () => now,
  )
  for (const line of lines) {
    bars.push(line)
    now += apartMs
  }
  bars.end()
  return passed
}

const tqdm = (done: number) =>
  `${String(done).padStart(3)}%|${'█'.repeat(done / 10)}${' '.repeat(10 - done / 10)}| ${done}/100 [00:0${Math.floor(done / 20)}<00:05, ${done ? `${done / 7}`.slice(0, 4) : '?'}it/s]`
const STATES = [0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100].map(tqdm)

describe('a progress bar', () => {
  it.each([
    ['tqdm’s', STATES],
    ['tqdm’s, slower than one a second', STATES.map((line) => line.replace(/[\d.?]+it\/s/, '3.21s/it'))],
    [
      'of a download',
      STATES.map(
        (line, at) =>
          `model.safetensors: ${line.replace(/\d+\/100/, `${at}.2G/10.0G`).replace(/[\d.?]+it\/s/, '231MB/s')}`,
      ),
    ],
    [
      'of rich’s, coloured',
      STATES.map(
        (_, at) => `\u001b[35m${'━'.repeat(at + 1)}\u001b[0m ${at * 10}% 0:00:0${9 - Math.min(at, 9)}`,
      ),
    ],
    [
      'of equals signs',
      STATES.map((_, at) => `Loading [${'='.repeat(at)}>${' '.repeat(10 - at)}] ${at * 10}%`),
    ],
  ])('%s costs one line a second, and its last state is kept', (_what, states) => {
    const passed = shown(states, 100)
    expect(passed).toEqual([states[0], states[10]])
    expect(shown(states, 1_000)).toEqual(states)
  })

  it('does not hide another line, and is shown as it was before it', () => {
    expect(shown([tqdm(10), tqdm(20), 'got prompt', tqdm(30), tqdm(40)], 10)).toEqual([
      tqdm(10),
      tqdm(20),
      'got prompt',
      tqdm(30),
      tqdm(40),
    ])
  })

  it('does not hide a crash that is written behind it', () => {
    const crash = `${tqdm(20)}Fatal Python error: Segmentation fault`
    expect(shown([tqdm(10), crash], 10)).toEqual([tqdm(10), crash])
  })

  it.each([
    ['the same line again and again', ['got prompt', 'got prompt', 'got prompt']],
    ['shares that are no bar', ['memory is 91% full', 'memory is 92% full']],
    [
      'bars of two models',
      ['a.bin: 10%|█ | 1/10 [00:00<00:01, 9it/s]', 'b.bin: 10%|█ | 1/10 [00:00<00:01, 9it/s]'],
    ],
  ])('is not %s', (_what, lines) => {
    expect(shown(lines, 1)).toEqual(lines)
  })
})
