import type { UtilityProcess } from 'electron'

export type OutputStream = 'stdout' | 'stderr'

/**
 * Reads one stream of a utility process to its end. Electron takes all listeners off both streams in the moment of
 * `exit` (`lib/browser/api/utility-process.ts`), and what the process wrote last may come after that: they are put on
 * again.
 * @param signal ends the reading, of a process that lives on
 * @returns settles when nothing more will come; never where another process holds the stream open
 */
export function readOutput(
  child: Pick<UtilityProcess, 'off' | 'once' | 'stdout' | 'stderr'>,
  name: OutputStream,
  onChunk: (chunk: Buffer) => void,
  signal?: AbortSignal,
): Promise<void> {
  const stream = child[name]
  if (!stream) return Promise.resolve()
  return new Promise((resolve) => {
    const listen = () => {
      // Some Electrons have taken these away by now.
      for (const event of ENDS) stream.off(event, resolve).on(event, resolve)
      stream.off('data', onChunk).on('data', onChunk)
    }
    listen()
    const onExit = () => process.nextTick(listen)
    child.once('exit', onExit)
    signal?.addEventListener('abort', () => {
      child.off('exit', onExit)
      for (const event of ENDS) stream.off(event, resolve)
      stream.off('data', onChunk)
      resolve()
    })
  })
}

/** Output that cannot be read is not worth the app's life. */
const ENDS = ['end', 'close', 'error'] as const
