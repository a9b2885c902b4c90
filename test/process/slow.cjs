'use strict';
/** A network that works for a while, for programs that end in the middle of it. */
const { IECore } = require('../..');

const convolution = `${__dirname}/../fixtures/networks/conv.xml`;

/** Takes pictures of so many points a side. */
async function loadSlow(side) {
  const ie = new IECore();
  const net = await ie.readNetwork(convolution);
  net.reshape({ input: [1, 3, side, side] });
  return ie.loadNetwork(net, 'CPU', { numRequests: 2 });
}

const pixelsOf = (side) => ({ input: new Float32Array(3 * side * side).fill(100) });

module.exports = { loadSlow, pixelsOf };
