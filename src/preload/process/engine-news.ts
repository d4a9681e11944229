import { channel } from 'node:diagnostics_channel'
import { ENGINE_NEWS, type EngineNews } from '../../common/protocol/engine-memory'
import type { MonitorPort } from './monitor-port'

/** Passes on to main what the engine's runner in this process hears of its memory. */
export function passOnEngineNews(port: Pick<MonitorPort, 'send'>): void {
  channel(ENGINE_NEWS).subscribe((news) => port.send(news as EngineNews))
}
