// Callbacks that are never removed from the list, each with the context it was made in.
const callbacks = []

function makeCallback(id) {
  const context = new Array(100).fill(id)
  return () => context.length
}

function register() {
  for (let count = 0; count < 1_000; count += 1) callbacks.push(makeCallback(callbacks.length))
  setImmediate(register)
}

register()
