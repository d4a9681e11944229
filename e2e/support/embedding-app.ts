import path from 'node:path'
import type { Studio, StudioOptions } from './app/studio'

export const PUPPET = path.join(__dirname, '../backends/puppet.cjs')

/** The settings that an app that embeds the monitor is started with. */
export function embeddedIn(
  app: string,
  options: object,
  { events = [], env = {} }: { events?: readonly string[]; env?: Readonly<Record<string, string>> } = {},
): StudioOptions {
  return {
    app,
    backend: null,
    env: {
      EMBEDDED_OPTIONS: JSON.stringify(options),
      EMBEDDED_EVENTS: JSON.stringify(events),
      ...env,
    },
  }
}

/** Runs code in the app's main process: the body of an async function of `monitor`, `api`, `app` and `told`. */
export async function inMain<Result>(studio: Studio, code: string): Promise<Result> {
  const [, port] = await studio.said(/app listens on (\d+)/)
  const answer = await fetch(`http://127.0.0.1:${port}`, { method: 'POST', body: code })
  const { result, error } = (await answer.json()) as { result: Result; error?: string }
  if (error !== undefined) throw new Error(error)
  return result
}
