// One array for all: V8 grows it into a new one of one and a half times its size, so the last step is large.
const points = []

function addPoints(count) {
  for (let point = 0; point < count; point += 1) points.push(point / 7)
}

setInterval(() => addPoints(50_000), 2)
