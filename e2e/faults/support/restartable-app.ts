import path from 'node:path'
import type { Given } from './fault'
import type { WatchedStudio } from './watched-studio'

/** An app that embeds the monitor, with a backend whose entry throws; a test can make it `restart()`. */
export class RestartableApp {
  private constructor(
    readonly watched: WatchedStudio,
    private readonly url: string,
  ) {}

  static async start(start: Given['start'], env: Readonly<Record<string, string>>): Promise<RestartableApp> {
    const app = path.join(__dirname, '../../soak/app')
    const watched = start({ app, backend: 'throws-at-load.cjs', env })
    const [, port] = await watched.studio.said(/app listens on (\d+)/)
    return new RestartableApp(watched, `http://127.0.0.1:${port}`)
  }

  async restart(): Promise<void> {
    await fetch(`${this.url}/restart`, { headers: { connection: 'close' } })
  }
}
