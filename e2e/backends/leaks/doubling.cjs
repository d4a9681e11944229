// One array for all: to grow it V8 needs a new one of one and a half times its size, the last step is a great one.
const points = []

function addPoints(count) {
  for (let point = 0; point < count; point += 1) points.push(point / 7)
}

setInterval(() => addPoints(50_000), 2)
