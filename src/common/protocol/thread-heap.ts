/**
 * The name of a worker thread's global symbol whose value is the limit of its own heap, in MiB; 0 where it has none. The thread
 * puts it there itself: whoever asks Node from outside for it, while the thread loads what it begins with, breaks that.
 */
export const THREAD_HEAP = 'studio-datadog-monitor.thread-heap'
