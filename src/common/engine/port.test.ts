import net, { type AddressInfo } from 'node:net'
import { expect, it } from 'vitest'
import { isPortTaken, portTaken, waitForFreePort } from './port'

async function listening(host: string): Promise<{ server: net.Server; port: number }> {
  const server = net.createServer((socket) => socket.destroy())
  await new Promise<void>((resolve) => server.listen(0, host, resolve))
  return { server, port: (server.address() as AddressInfo).port }
}

it('a port is taken while somebody listens', async () => {
  const { server, port } = await listening('127.0.0.1')
  const url = new URL(`http://127.0.0.1:${port}`)
  expect(await isPortTaken(url)).toBe(true)
  await expect(waitForFreePort(url, 0)).rejects.toThrow(`port ${port} on 127.0.0.1 is in use`)
  const free = waitForFreePort(url)
  server.close()
  await free
  expect(await isPortTaken(url)).toBe(false)
})

it('a URL without a port has its scheme’s, and IPv6 no brackets', () => {
  expect(portTaken(new URL('http://studio.test'))).toContain('port 80 on studio.test')
  expect(portTaken(new URL('https://studio.test'))).toContain('port 443 on studio.test')
  expect(portTaken(new URL('http://[::1]:9'))).toContain('port 9 on ::1')
})
