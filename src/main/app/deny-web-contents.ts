import { app } from 'electron'

/**
 * Closes every window, denies every navigation and permission: the app shows nothing, so no window or page is
 * ours.
 */
export function denyWebContents(): void {
  // A window must not be destroyed while it is created.
  app.on('browser-window-created', (_event, window) => void setImmediate(() => window.destroy()))
  // Otherwise Electron would quit.
  app.on('window-all-closed', () => {})
  app.on('web-contents-created', (_event, contents) => {
    contents.setWindowOpenHandler(() => ({ action: 'deny' }))
    for (const name of [
      'will-navigate',
      'will-frame-navigate',
      'will-redirect',
      'will-attach-webview',
    ] as const) {
      contents.on(name as 'will-navigate', (event: { preventDefault(): void }) => event.preventDefault())
    }
  })
  app.on('session-created', (session) => {
    session.setPermissionRequestHandler((_contents, _permission, callback) => callback(false))
    session.setPermissionCheckHandler(() => false)
    session.setDevicePermissionHandler(() => false)
  })
}
