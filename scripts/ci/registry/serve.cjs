// An npm registry on loopback, which forwards requests for unknown packages to another registry.
//
//   node serve.cjs FOLDER UPSTREAM        prints its address once it listens
const { writeFileSync } = require('node:fs');
const { join } = require('node:path');
const { runServer } = require('verdaccio');

const [folder, upstream] = process.argv.slice(2);
const config = join(folder, 'config.yaml');
writeFileSync(
  config,
  JSON.stringify({
    storage: join(folder, 'storage'),
    uplinks: { upstream: { url: upstream, timeout: '60s', maxage: '1h' } },
    packages: {
      'openvino-iecore': { access: '$all', publish: '$all' },
      '**': { access: '$all', proxy: 'upstream' },
    },
    max_body_size: '100mb',
    web: { enable: false },
    log: { type: 'stdout', level: 'fatal' },
  }),
);

runServer(config).then((server) =>
  server.listen(0, '127.0.0.1', () => {
    console.log(`http://127.0.0.1:${server.address().port}/`);
  }),
);
