import type { ErrorSummary } from '../../common/protocol/messages'

/**
 * Names of memory errors: Python's own, NumPy's `_ArrayMemoryError`, PyTorch's `torch.OutOfMemoryError`
 * (before 2.5 `torch.cuda.`).
 */
const NAMES = /(?:^|[._])(?:_?\w*MemoryError|OutOfMemoryError)$/

/**
 * Messages of Node (lib/internal/errors.js) and V8, both seen; PyTorch's CPU and Apple allocators raise a
 * plain RuntimeError.
 */
const MESSAGES = [
  /^Worker terminated due to reaching memory limit/,
  /^Array buffer allocation failed$/,
  /DefaultCPUAllocator: (?:can't allocate|not enough) memory/,
  /\b(?:CUDA|HIP|XPU|MPS backend) out of memory\b/,
  /^std::bad_(?:alloc|array_new_length)$/,
]

/**
 * True if an error says that memory could not be allocated, the machine's or a GPU's. An excessive request
 * gives the same error.
 */
export function isMemoryError({ name, message }: ErrorSummary): boolean {
  return NAMES.test(name) || MESSAGES.some((pattern) => pattern.test(message))
}

/** True if the C++ library found no memory, or too much was asked of it, and nobody caught that. */
export function isBadAlloc({ name }: ErrorSummary): boolean {
  return name === 'std::bad_alloc' || name === 'std::bad_array_new_length'
}
