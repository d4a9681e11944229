import { closeSync, fstatSync, openSync } from 'node:fs'
import { devNull } from 'node:os'
import { expect, it } from 'vitest'
import { requireDescriptors, withDescriptors } from './descriptors'

it('is content when there are enough, and takes none', () => {
  const next = () => {
    const descriptor = openSync(devNull, 'r')
    closeSync(descriptor)
    return descriptor
  }
  const before = next()
  requireDescriptors()
  expect(next()).toBe(before)
})

it('throws when there are too few, and gives back those that it got', () => {
  const taken: number[] = []
  const open = () => {
    if (taken.length === 3) throw Object.assign(new Error('too many open files'), { code: 'EMFILE' })
    taken.push(openSync(devNull, 'r'))
    return taken.at(-1) ?? -1
  }
  expect(() => requireDescriptors(4, open)).toThrow('too many open files')
  expect(taken).toHaveLength(3)
  for (const descriptor of taken) expect(() => closeSync(descriptor)).toThrow(/EBADF/)
})

it.skipIf(process.platform === 'win32')(
  'closes what a fork left open for the null device, and that alone',
  () => {
    const before = openSync(devNull, 'w')
    const open = () => [openSync(devNull, 'w'), openSync(__filename, 'r')] as const
    const [leaked, own] = withDescriptors(open, '33.2.1')
    expect(() => fstatSync(leaked)).toThrow(/EBADF/)
    expect(fstatSync(own).isFile()).toBe(true)
    expect(fstatSync(before).isCharacterDevice()).toBe(true)
    const newer = withDescriptors(open, '38.0.0')
    expect(newer.every((descriptor) => fstatSync(descriptor))).toBe(true)
    for (const descriptor of [before, own, ...newer]) closeSync(descriptor)
  },
)
