import { describe, expect, it } from 'vitest'
import { isMemoryError } from './memory-error'

describe('an error for want of memory', () => {
  it.each([
    ['MemoryError', ''],
    ['MemoryError', 'Unable to allocate 7.45 GiB for an array with shape (1000000000,)'],
    ['numpy._core._exceptions._ArrayMemoryError', 'Unable to allocate 7.45 GiB'],
    ['torch.OutOfMemoryError', 'CUDA out of memory. Tried to allocate 20.00 MiB'],
    ['torch.cuda.OutOfMemoryError', 'HIP out of memory'],
    ['RuntimeError', 'MPS backend out of memory (MPS allocated: 17.9 GB)'],
    ['RuntimeError', "[enforce fail at alloc_cpu.cpp:114] . DefaultCPUAllocator: can't allocate memory"],
    ['RangeError', 'Array buffer allocation failed'],
  ])('is %s: %s', (name, message) => {
    expect(isMemoryError({ name, message })).toBe(true)
  })

  it.each([
    ['ValueError', 'the image is too large'],
    ['RuntimeError', 'an out of memory handler could not be installed'],
    ['MemoryErrorHandlerMissing', ''],
    ['RangeError', 'Invalid array length'],
  ])('is not %s: %s', (name, message) => {
    expect(isMemoryError({ name, message })).toBe(false)
  })
})
