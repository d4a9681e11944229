import type { ErrorSummary } from '../../common/protocol/messages'

/** Python's own, NumPy's `_ArrayMemoryError`, PyTorch's `torch.OutOfMemoryError` (before 2.5 `torch.cuda.`). */
const NAMES = /(?:^|[._])(?:_?\w*MemoryError|OutOfMemoryError)$/

/** Node's (lib/internal/errors.js) and V8's, both seen; PyTorch's CPU and Apple allocators raise a plain RuntimeError. */
const MESSAGES = [
  /^Worker terminated due to reaching memory limit/,
  /^Array buffer allocation failed$/,
  /DefaultCPUAllocator: (?:can't allocate|not enough) memory/,
  /\b(?:CUDA|HIP|XPU|MPS backend) out of memory\b/,
]

/** Whether an error says that memory could not be had: the machine's or a GPU's. Too large a wish says the same. */
export function isMemoryError({ name, message }: ErrorSummary): boolean {
  return NAMES.test(name) || MESSAGES.some((pattern) => pattern.test(message))
}
