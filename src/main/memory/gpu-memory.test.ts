import { describe, expect, it } from 'vitest'
import { type GpuMemory, GpuWatch, parseGpuMemory } from './gpu-memory'

const MIB = 2 ** 20

describe('what nvidia-smi prints', () => {
  it.each([
    ['one GPU', '1234, 24576\n', { usedBytes: 1234 * MIB, totalBytes: 24576 * MIB }],
    [
      'the fullest of several',
      '100, 24576\n8000, 8192\n9000, 24576\n',
      { usedBytes: 8000 * MIB, totalBytes: 8192 * MIB },
    ],
    [
      'one that cannot tell, and one that can',
      '[N/A], [N/A]\n5, 10\n',
      { usedBytes: 5 * MIB, totalBytes: 10 * MIB },
    ],
    ['line ends of Windows', '1, 2\r\n', { usedBytes: MIB, totalBytes: 2 * MIB }],
    ['nothing', '', null],
    ['no devices', 'No devices were found\n', null],
    ['no driver', "NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver.\n", null],
    ['a GPU without memory of its own', '[Not Supported], [Not Supported]\n', null],
    ['more in use than there is', '11, 10\n', null],
  ])('%s', (_what, output, memory) => {
    expect(parseGpuMemory(output)).toEqual(memory)
  })
})

/**
 * Watches until no more readings are asked for.
 * @returns what was read, and the number of readings
 */
async function watch(answers: readonly (string | Error)[]) {
  const readings: GpuMemory[] = []
  let asked = 0
  const done = new Promise<void>((resolve) => {
    const watching = new GpuWatch({
      intervalMs: 0,
      onReading: (memory) => readings.push(memory),
      ask: async () => {
        const answer = answers[asked++]
        if (asked === answers.length) {
          resolve()
          watching.stop()
        }
        if (typeof answer !== 'string') throw answer
        return answer
      },
    })
  })
  await Promise.race([done, new Promise((resolve) => setTimeout(resolve, 500))])
  return { readings: readings.length, asked }
}

describe('the watch over GPUs', () => {
  const gone = new Error('spawn nvidia-smi ENOENT')

  it('asks no more where nobody answers', async () => {
    expect(await watch([gone, gone, gone, '1, 2', '1, 2'])).toEqual({ readings: 0, asked: 3 })
  })

  it('bears with a failure now and then', async () => {
    expect(await watch(['1, 2', gone, gone, '1, 2', gone, '1, 2', '1, 2'])).toEqual({ readings: 3, asked: 7 })
  })
})
