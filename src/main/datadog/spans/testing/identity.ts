import type { Identity } from '../wire-span'

export const IDENTITY: Identity = {
  service: 'studio',
  env: 'testing',
  version: '1.2.3',
  isAppVersion: false,
  tags: { team: 'images' },
}
