import { expect, it } from 'vitest'
import { engineUrl } from './address'

it.each([
  ['python3 main.py', 'http://127.0.0.1:8188'],
  ['python3 main.py --port 9000', 'http://127.0.0.1:9000'],
  ['python3 main.py --port=9000', 'http://127.0.0.1:9000'],
  ['python3 main.py --port 9000 --port 9001', 'http://127.0.0.1:9001'],
  ['python3 main.py --port', 'http://127.0.0.1:8188'],
  ['python3 main.py --port none', 'http://127.0.0.1:8188'],
  ['python3 main.py --port 70000', 'http://127.0.0.1:8188'],
  ['python3 main.py --listen --port 9000', 'http://127.0.0.1:9000'],
  ['python3 main.py --listen 0.0.0.0', 'http://127.0.0.1:8188'],
  ['python3 main.py --listen 0.0.0.0,::', 'http://127.0.0.1:8188'],
  ['python3 main.py --listen 192.168.1.5', 'http://192.168.1.5:8188'],
  ['python3 main.py --listen=::1', 'http://[::1]:8188'],
  ['python3 main.py --tls-keyfile k.pem --tls-certfile c.pem', 'https://127.0.0.1:8188'],
])('%s: %s', (command, url) => {
  expect(engineUrl(command.split(' '))).toBe(url)
})
